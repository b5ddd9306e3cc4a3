// One session of /v1/realtime, OpenAI's Realtime protocol over a WebSocket, with our own events beside it
// (docs/browser.md). Every event of the server is dispatched under its own name, with itself as the detail.

const RATE = 24_000;
const MOST_WAITING = 400_000; // bytes that may wait for a slow network: some 6 s of sound

export class Session extends EventTarget {
  #socket;
  #opened;

  /**
   * @param {URL} url where the server is
   * @param {string} key opens the session; "" where none is needed
   */
  constructor(url, key) {
    super();
    const protocols = ['realtime', ...(key ? [`openai-insecure-api-key.${key}`] : [])];
    this.#socket = new WebSocket(url, protocols);
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', resolve);
      this.#socket.addEventListener('close', () => reject(new Error('not connected')));
    });
    this.#opened.catch(() => {});
    this.#socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data);
      this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
    });
    this.#socket.addEventListener('close', ({ code }) => {
      this.dispatchEvent(new CustomEvent('closed', { detail: { code } }));
    });
  }

  /** Settles once the server has let us in, or has not. */
  async opened() {
    await this.#opened;
    this.#send('session.update', {
      session: {
        type: 'realtime',
        audio: {
          input: { format: { type: 'audio/pcm', rate: RATE }, turn_detection: { type: 'server_vad' } },
          output: { format: { type: 'audio/pcm', rate: RATE } },
        },
        emads: { events: true },
      },
    });
  }

  /**
   * What the microphone heard.
   * @param {Float32Array} samples at 24 kHz
   * @returns {boolean} whether it was sent: a network that is too slow loses it
   */
  hear(samples) {
    if (this.#socket.bufferedAmount > MOST_WAITING) return false;
    this.#send('input_audio_buffer.append', { audio: encoded(samples) });
    return true;
  }

  /** @param {string} text a typed question */
  ask(text) {
    this.#send('conversation.item.create', {
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
    this.#send('response.create', {});
  }

  /** So much of an item has been played so far. */
  played(item, ms) {
    this.#send('emads.played', { item_id: item, audio_end_ms: ms });
  }

  /** So much of an item was played, and no more of it will be. */
  truncate(item, ms) {
    this.#send('conversation.item.truncate', { item_id: item, content_index: 0, audio_end_ms: Math.round(ms) });
  }

  close() {
    this.#socket.close(1000);
  }

  #send(type, fields) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, ...fields }));
  }
}

/** @param {string} base64 pcm16 @returns {Float32Array} */
export function decoded(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const samples = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 32768;
  return samples;
}

/** @param {Float32Array} samples @returns {string} base64 of pcm16 */
export function encoded(samples) {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) => {
    view.setInt16(2 * i, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true);
  });
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
}
