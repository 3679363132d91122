// A client that costs little: requests that are made beforehand, over a few connections that stay open.
import { connect } from 'node:net';

/** A POST as it is on the wire. */
export function post(path, body) {
  const bytes = Buffer.from(body);
  const head =
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic S0VZOg==\r\n` +
    `content-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A connection on which one request is asked after the other. */
export class Connection {
  constructor(port) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.text = '';
    this.socket.on('data', (data) => this.hear(data));
    this.socket.on('error', (error) => this.fail?.(error));
    this.socket.on('close', () => this.fail?.(new Error('the server has closed the connection')));
  }

  /** Sends a request; gives the body of the answer, whose status must be 200. */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.done = resolve;
      this.fail = reject;
      this.socket.write(request);
    });
  }

  hear(data) {
    this.text += data.toString('latin1');
    const head = this.text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.text.slice(0, head))?.[1]);
    if (this.text.length < head + 4 + length) return;
    const body = this.text.slice(head + 4);
    if (this.text.startsWith('HTTP/1.1 200 ')) this.done(body);
    else this.fail(new Error(this.text));
    this.text = '';
  }

  end() {
    this.fail = undefined;
    this.socket.destroy();
  }
}

/** Sends all requests over so many connections, and ends when each is answered. */
export async function sendAll(port, requests, connections = 8) {
  let next = 0;
  const talk = async () => {
    const connection = new Connection(port);
    while (next < requests.length) await connection.ask(requests[next++]);
    connection.end();
  };
  await Promise.all(Array.from({ length: connections }, talk));
}
