# Written where no container engine ran: it was never built. `docker build -t bijia .`, then
# `docker run -i --rm --init -v bijia:/state -e JD_UNION_APP_KEY -e JD_UNION_APP_SECRET bijia`
# Node 22 has the SQLite of the price history built in.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22-slim
# Permits, tokens and jobs outlive the container in the volume.
ENV NODE_ENV=production BIJIA_STATE_DIR=/state
WORKDIR /app
# For machines that share a database: --build-arg PACKAGES="pg@8.23.1 bullmq@6.7.0"
ARG PACKAGES=""
RUN [ -z "$PACKAGES" ] || npm install --no-save --no-package-lock --ignore-scripts $PACKAGES
COPY package.json LICENSE ./
COPY --from=build /app/dist ./dist
RUN mkdir /state && chown node:node /state
USER node
VOLUME /state
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["mcp"]
