// The Telegram bot under pm2: pm2 start deploy/pm2.config.cjs --only bijia-telegram
// Price alerts without the bot, which looks after its own: pm2 start deploy/pm2.config.cjs --only bijia-watch
// Jobs of machines that share a database: pm2 start deploy/pm2.config.cjs --only bijia-worker
const toApp = (name, args) => ({
  name,
  script: 'dist/cli.js',
  args,
  cwd: require('node:path').join(__dirname, '..'),
  kill_timeout: 30_000,
  // The settings are wrong: starting again would not help.
  stop_exit_codes: [0, 2],
  exp_backoff_restart_delay: 1000,
});

module.exports = {
  apps: [
    toApp('bijia-telegram', 'telegram'),
    toApp('bijia-watch', 'watch run --follow'),
    toApp('bijia-worker', 'worker'),
  ],
};
