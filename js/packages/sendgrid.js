module.exports = { client: require('@sendgrid/client'), mail: require('@sendgrid/mail') };
