// The one door to the server. Every call has a header that a page of another site can't send.

import { createParser } from 'eventsource-parser';
import { signal } from '@preact/signals';

const TOKEN = 'segfn-token';
/** How long to wait before the stream is opened again, in milliseconds: doubled up to the second number. */
const RECONNECT = [500, 8000];

/** Whether the server wants a token that it wasn't given. */
export const tokenWanted = signal(false);

/** What the server refused, or that it can't be reached. */
export class ApiError extends Error {
  constructor(status, message, hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

function headers(more) {
  const token = sessionStorage.getItem(TOKEN);
  return { 'segfn-panel': '1', ...(token ? { authorization: `Bearer ${token}` } : {}), ...more };
}

/** Keeps the token as long as this tab is open. */
export function useToken(token) {
  sessionStorage.setItem(TOKEN, token);
  location.reload();
}

async function refusal(response) {
  if (response.status === 401) tokenWanted.value = true;
  const { error } = await response.json().catch(() => ({}));
  return new ApiError(response.status, error?.message ?? `segfn answered ${response.status}`, error?.hint);
}

async function answer(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'segfn serve does not answer', 'is it still running?');
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** A GET. Parameters that are empty are left out. */
export async function get(path, parameters = {}, signal) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return (await answer(`/api/${path}${query}`, { headers: headers(), signal })).json();
}

/** A POST of JSON. */
export async function post(path, body) {
  const init = { method: 'POST', headers: headers({ 'content-type': 'application/json' }), body: JSON.stringify(body) };
  return (await answer(`/api/${path}`, init)).json();
}

export async function remove(path) {
  return (await answer(`/api/${path}`, { method: 'DELETE', headers: headers() })).json();
}

/**
 * Reads the server's stream for ever: `on[NAME](data)` for each event, and `connected(true or false)`. (EventSource
 * could not send the header.)
 */
export async function follow(on, connected) {
  let lastId;
  let wait = RECONNECT[0];
  for (;;) {
    try {
      const response = await answer('/api/stream', { headers: headers(lastId ? { 'last-event-id': lastId } : {}) });
      const parser = createParser({
        onEvent({ event, id, data }) {
          if (id) lastId = id;
          on[event]?.(JSON.parse(data));
        },
      });
      connected(true);
      wait = RECONNECT[0];
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) parser.feed(part.value);
    } catch {
      // The loop tries again, and the page says meanwhile that it is not connected.
    }
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, RECONNECT[1]);
  }
}
