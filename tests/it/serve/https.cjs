// A POST by Node's https, which trusts the certificates in the file at argv[3] alone. Prints the status, the body and what
// the certificate is for; or the code of the error.
const https = require('node:https');
const fs = require('node:fs');

const [url, ca, body] = process.argv.slice(2);
const options = { method: 'POST', ca: fs.readFileSync(ca), headers: { 'content-type': 'application/json' } };
const request = https.request(url, options, (response) => {
  const names = response.socket.getPeerCertificate().subjectaltname;
  let text = '';
  response.setEncoding('utf8').on('data', (data) => (text += data));
  response.on('end', () => console.log(JSON.stringify({ status: response.statusCode, body: text, names })));
});
request.on('error', ({ code }) => console.log(JSON.stringify({ code })));
request.end(body);
