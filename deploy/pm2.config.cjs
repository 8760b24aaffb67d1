// The Telegram bot under pm2: pm2 start deploy/pm2.config.cjs
module.exports = {
  apps: [
    {
      name: 'bijia-telegram',
      script: 'dist/cli.js',
      args: 'telegram',
      cwd: require('node:path').join(__dirname, '..'),
      kill_timeout: 20_000,
      // The settings are wrong: starting again would not help.
      stop_exit_codes: [0, 2],
      exp_backoff_restart_delay: 1000,
    },
  ],
};
