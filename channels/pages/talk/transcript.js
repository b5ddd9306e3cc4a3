// The conversation as it is read: what was said, by whom, what of it was heard, and how long it took.

import { decisionCard } from './decision.js';
import { number, word } from './words.js';

const OFFICER = /^c[a-z]o$/;

/** How people are told an agent's name: an officer's in capitals. */
export function label(agent) {
  return OFFICER.test(agent) ? agent.toUpperCase() : agent;
}

export class Transcript {
  #list;
  #messages = new Map(); // item or response → its element
  #agents = new Map(); // response → who answers it
  #answers = new Map(); // response → the item in which it is said

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  clear() {
    this.#list.replaceChildren();
    for (const map of [this.#messages, this.#agents, this.#answers]) map.clear();
  }

  /** What the caller says, as far as it is understood. */
  heardSoFar(item, text, language) {
    const message = this.#message(item, 'you', word('page_you'));
    message.classList.add('unfinished');
    this.#write(message, text || '…', language);
  }

  /** All of what they said. What was no speech is taken away. */
  heard(item, text, language) {
    if (!text) return this.#remove(item);
    const message = this.#message(item, 'you', word('page_you'));
    message.classList.remove('unfinished');
    return this.#write(message, text, language);
  }

  /** What they said cannot be recognised. */
  notUnderstood(item) {
    const message = this.#message(item, 'you', word('page_you'));
    message.classList.add('failed');
    this.#write(message, word('page_not_understood'));
  }

  /** What they said wants no answer. */
  unanswered(item) {
    this.#messages.get(item)?.classList.add('aside');
  }

  /** Who answers, and why they. */
  asked(response, agents, reason) {
    this.#agents.set(response, { agents, reason });
    this.#name(response);
  }

  /** More of an answer is about to be heard. */
  saying(response, item, text) {
    if (!this.#messages.has(item)) {
      this.#answers.set(response, item);
      this.#message(item, 'us', word('page_assistant'));
      this.#name(response);
    }
    const message = this.#messages.get(item);
    this.#write(message, message.querySelector('.text').textContent + text);
  }

  /** Of an answer so much was played, of so much that was to be. */
  interrupted(item, played, whole) {
    const message = this.#messages.get(item);
    if (!message) return;
    const text = message.querySelector('.text');
    const rest = whole.slice(played.length);
    text.textContent = played;
    message.querySelector('.interrupted')?.remove();
    if (!rest.trim()) return;
    text.append(' ', hidden(`${word('page_not_heard')} `), part('s', '', rest.trim()));
    this.cutShort(item);
  }

  /** More was to be said in this item, and will not be. */
  cutShort(item) {
    const who = this.#messages.get(item)?.querySelector('.who');
    if (!who || who.querySelector('.interrupted')) return;
    who.append(part('span', 'interrupted', word('page_interrupted')));
    this.#follow();
  }

  /** How long an answer took. */
  took(response, { hearing_ms, thinking_ms, speaking_ms, total_ms }) {
    const message = this.#messages.get(this.#answers.get(response));
    if (!message || message.querySelector('.took')) return;
    const parts = [
      ['page_hearing', hearing_ms],
      ['page_first_words', thinking_ms],
      ['page_first_sound', speaking_ms],
    ];
    const took = part('div', 'took');
    const bar = part('span', 'bar');
    bar.setAttribute('aria-hidden', 'true');
    took.append(bar, part('span', '', word('page_answered_after', { seconds: number(total_ms / 1000, 1) })));
    for (const [key, ms] of parts) {
      const stretch = part('span', key);
      stretch.style.setProperty('flex-grow', String(Math.max(0, ms)));
      bar.append(stretch);
      took.append(part('span', `part ${key}`, `${word(key)} ${number(ms / 1000, 1)} s`));
    }
    message.append(took);
    this.#follow();
  }

  /** What the agents propose together. */
  decided(response, decision) {
    const card = part('li', 'decision');
    card.append(decisionCard(decision, label));
    this.#list.append(card);
    this.#follow();
  }

  #message(id, side, who) {
    let message = this.#messages.get(id);
    if (!message) {
      message = part('li', `message ${side}`);
      message.append(part('span', 'who', who), part('p', 'text'));
      this.#messages.set(id, message);
      this.#list.append(message);
    }
    return message;
  }

  #name(response) {
    const message = this.#messages.get(this.#answers.get(response));
    const asked = this.#agents.get(response);
    if (!message || !asked?.agents.length) return;
    const who = message.querySelector('.who');
    who.textContent = asked.agents.length === 1 ? label(asked.agents[0]) : 'ReconcileGPT';
    if (asked.agents.length > 1) {
      for (const agent of asked.agents) who.append(part('span', 'agent', label(agent)));
    }
    who.title = asked.reason;
  }

  #write(message, text, language) {
    const paragraph = message.querySelector('.text');
    paragraph.dir = 'auto';
    if (language) paragraph.lang = language;
    paragraph.textContent = text;
    this.#follow();
  }

  #remove(item) {
    this.#messages.get(item)?.remove();
    this.#messages.delete(item);
  }

  #follow() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

/** An element with a class and a text. */
export function part(tag, name, text = '') {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}

function hidden(text) {
  return part('span', 'for-screen-readers', text);
}
