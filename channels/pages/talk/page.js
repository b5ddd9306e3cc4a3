// The page: what a person does becomes a session, and what the session tells becomes what they see.

import { Loudspeaker } from './loudspeaker.js';
import { Microphone, NoMicrophone } from './microphone.js';
import { Session, decoded } from './session.js';
import { Transcript, part } from './transcript.js';
import { choose, language, languages, take, word } from './words.js';

const $ = (id) => document.getElementById(id);
const PLAYED_EVERY_MS = 250;

const settings = await (await fetch(new URL('settings.json', import.meta.url))).json();
const transcript = new Transcript($('transcript'));
let key = keyFromAddress();
let session = null;
let microphone = null;
let loudspeaker = null;

// What goes on. The state that is shown follows from these.
let phase = 'ready'; // ready, connecting, live, over
let speaks = false; // the caller does
let waits = false; // they wait for an answer
let plays = false; // we are heard
let utterance = ''; // the item that the caller is saying
let answer = null; // the item that we are saying, until the server has sent all of it
let turn = null; // the item in which the turn is being answered
let toldAt = 0;

function keyFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key') ?? '';
  if (given) history.replaceState(null, '', location.pathname + location.search); // not for the history
  return given;
}

// How a conversation begins and ends.

/** Begin a conversation, by talking or with a typed question. @returns whether it has begun */
async function start({ typing = '' } = {}) {
  notice('');
  if (needsKey()) return false;
  transcript.clear();
  show('connecting');
  loudspeaker = await openLoudspeaker();
  if (!typing && !(await listen())) {
    end('ready');
    return false;
  }
  session = new Session(address(), key);
  follow(session);
  try {
    await session.opened();
  } catch {
    end('ready');
    notice('page_not_connected');
    if (settings.asks_for_key) {
      key = '';
      needsKey();
    }
    return false;
  }
  if (key.startsWith('ek_')) key = ''; // it opens one session
  show('live');
  listDevices();
  if (typing) session.ask(typing);
  (typing ? $('question') : $('mute')).focus();
  return true;
}

/** Hear the microphone from now on. @returns whether there is one; else what to do is said */
async function listen() {
  try {
    microphone = await Microphone.open($('microphone').value, hear);
    microphone.onlost = () => notice('page_unplugged');
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    notice(error.message);
  }
  return Boolean(microphone);
}

/** Talk, in a conversation that began by typing. */
async function join() {
  notice('');
  if (await listen()) {
    show();
    listDevices();
    $('mute').focus();
  }
}

function end(next = 'over') {
  session?.close();
  microphone?.close();
  loudspeaker?.close();
  session = microphone = loudspeaker = null;
  speaks = waits = plays = false;
  $('level').value = 0;
  setLevel(0);
  show(next);
  if (next === 'over') $('start').focus();
}

function address() {
  const url = new URL('v1/realtime', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.search = '?model=emads-voice';
  url.hash = '';
  return url;
}

/** Without AudioWorklet, as over plain http, the answers are read. */
async function openLoudspeaker() {
  if (!window.isSecureContext) return null;
  const opened = await Loudspeaker.open($('loudspeaker').value);
  opened.onprogress = progress;
  opened.oncut = (item, ms) => session?.truncate(item, ms);
  return opened;
}

function needsKey() {
  const missing = settings.asks_for_key && !key;
  $('key-form').hidden = !missing;
  if (missing) $('key').focus();
  return missing;
}

// What goes to the server.

function hear(samples, level) {
  if (phase !== 'live') return;
  $('level').value = microphone.muted ? 0 : loudness(level);
  if (!plays) setLevel(microphone.muted ? 0 : loudness(level));
  const sent = session.hear(samples);
  if (!sent) notice('page_slow');
  else if ($('notice').dataset.word === 'page_slow') notice('');
}

function ask(text) {
  cut();
  session.ask(text);
}

/** Stop what is being heard; the server is told how much that was. */
function cut() {
  loudspeaker?.clear(answer);
}

function progress({ plays: now, level, played }) {
  plays = now;
  if (plays) setLevel(loudness(level));
  const due = performance.now() - toldAt > PLAYED_EVERY_MS;
  if (session && (due || !plays)) {
    toldAt = performance.now();
    for (const [item, ms] of played) session.played(item, ms);
  }
  show();
}

// What comes from it.

function follow(made) {
  const on = (type, act) => made.addEventListener(type, ({ detail }) => session === made && act(detail));

  on('input_audio_buffer.speech_started', ({ item_id }) => {
    speaks = true;
    waits = false;
    utterance = item_id;
    cut();
    show();
  });
  on('input_audio_buffer.speech_stopped', () => {
    speaks = false;
    waits = true;
    show();
  });
  on('emads.heard_so_far', ({ text, language: spoken }) => transcript.heardSoFar(utterance, text, spoken));
  on('conversation.item.added', ({ item }) => {
    const typed = item.content.find(({ type }) => type === 'input_text');
    if (typed) transcript.heard(item.id, typed.text);
  });
  on('conversation.item.input_audio_transcription.completed', ({ item_id, transcript: text, language: spoken }) => {
    transcript.heard(item_id, text, spoken);
    utterance = item_id;
    if (!text) waits = false;
    show();
  });
  on('conversation.item.input_audio_transcription.failed', ({ item_id }) => {
    transcript.notUnderstood(item_id);
    speaks = waits = false;
    show();
  });
  on('emads.unanswered', () => {
    transcript.unanswered(utterance);
    speaks = waits = false;
    show();
  });
  on('response.created', () => {
    waits = true;
    turn = null;
    show();
  });
  on('emads.agents_asked', ({ response_id, agents, reason }) => transcript.asked(response_id, agents, reason));
  on('response.output_audio_transcript.delta', ({ response_id, item_id, delta }) => {
    answer = turn = item_id;
    transcript.saying(response_id, item_id, delta);
  });
  on('response.output_audio.delta', ({ item_id, delta }) => {
    answer = item_id;
    waits = false;
    loudspeaker?.play(item_id, decoded(delta));
  });
  on('response.output_audio.done', () => { answer = null; });
  on('response.done', () => {
    waits = false;
    show();
  });
  on('emads.latency', ({ response_id, ...parts }) => transcript.took(response_id, parts));
  on('emads.interrupted', ({ item_id, played, text }) => transcript.interrupted(item_id, played, text));
  on('emads.turn_ended', ({ how }) => {
    if (how === 'interrupted' && turn) transcript.cutShort(turn);
  });
  on('emads.decided', ({ response_id, decision }) => transcript.decided(response_id, decision));
  on('error', ({ error }) => notice(null, error.message));
  on('closed', ({ code }) => {
    if (phase !== 'live') return;
    end();
    if (code !== 1000) notice('page_lost');
  });
}

// What is seen.

function show(next = phase) {
  phase = next;
  const state = phase !== 'live' ? phase : speaks ? 'you' : plays ? 'speaking' : waits ? 'thinking' : 'listening';
  const muted = phase === 'live' && microphone?.muted;
  document.body.dataset.state = state;
  const words = {
    ready: 'page_ready',
    connecting: 'page_connecting',
    listening: muted ? 'page_muted' : 'page_listening',
    you: 'page_you_speak',
    thinking: 'page_thinking',
    speaking: 'page_speaking',
    over: 'page_over',
  };
  const text = word(words[state]);
  if ($('state').textContent !== text) $('state').textContent = text; // a screen reader tells every change
  const live = phase === 'live';
  $('welcome').hidden = phase !== 'ready';
  $('start').hidden = (live && microphone) || phase === 'connecting';
  $('start').textContent = word(phase === 'over' ? 'page_start_again' : 'page_start');
  $('end').hidden = !live;
  $('mute').hidden = !(live && microphone);
  $('mute').textContent = word(muted ? 'page_unmute' : 'page_mute');
  $('mute').setAttribute('aria-pressed', String(Boolean(muted)));
  $('level').hidden = !(live && microphone);
}

function notice(key, text = key && word(key)) {
  $('notice').textContent = text;
  $('notice').hidden = !text;
  $('notice').dataset.word = key ?? '';
}

function setLevel(level) {
  $('voice').style.setProperty('--level', level.toFixed(2));
}

/** A root mean square as a part of 1, in decibels: -60 dB is nothing. */
function loudness(level) {
  return Math.max(0, Math.min(1, 1 + (20 * Math.log10(Math.max(level, 1e-6))) / 60));
}

async function listDevices() {
  if (!navigator.mediaDevices) {
    $('settings').hidden = true;
    return;
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  const choices = { microphone: 'audioinput', loudspeaker: 'audiooutput' };
  for (const [id, kind] of Object.entries(choices)) {
    const before = $(id).value;
    const named = devices.filter((each) => each.kind === kind && each.label && each.deviceId !== 'default');
    $(id).replaceChildren(
      new Option(word('page_usual'), ''),
      ...named.map((each) => new Option(each.label, each.deviceId)),
    );
    $(id).value = named.some((each) => each.deviceId === before) ? before : '';
  }
  $('loudspeaker-choice').hidden = !Loudspeaker.choosable;
}

function toggleMute() {
  if (!microphone) return;
  microphone.muted = !microphone.muted;
  show();
}

// What a person does.

$('start').addEventListener('click', () => (phase === 'live' ? join() : start()));
$('end').addEventListener('click', () => end());
$('mute').addEventListener('click', toggleMute);
document.addEventListener('keydown', (event) => {
  const elsewhere = event.target.closest('input, select, textarea');
  if (event.key === 'm' && !elsewhere && !event.ctrlKey && !event.metaKey && !event.altKey) toggleMute();
});
$('typed').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = $('question').value.trim();
  if (!text || phase === 'connecting') return;
  if (phase === 'live') ask(text);
  else if (!(await start({ typing: text }))) return; // it stays there, to be sent again
  $('question').value = '';
});
$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  key = $('key').value.trim();
  $('key').value = '';
  needsKey();
  start();
});
$('microphone').addEventListener('change', async () => {
  try {
    await microphone?.change($('microphone').value);
    notice('');
  } catch (error) {
    notice(error.message);
  }
});
$('loudspeaker').addEventListener('change', () => loudspeaker?.change($('loudspeaker').value));
$('language').addEventListener('change', () => {
  choose($('language').value);
  show();
  listDevices();
  const key = $('notice').dataset.word;
  if (key) notice(key);
});
navigator.mediaDevices?.addEventListener('devicechange', listDevices);
addEventListener('pagehide', () => end());
addEventListener('hashchange', () => {
  key = keyFromAddress() || key;
  needsKey();
});

take(settings.words);
$('language').replaceChildren(
  ...languages.map(([code, name]) => {
    const option = part('option', '', name);
    option.value = code;
    option.lang = code;
    return option;
  }),
);
$('language').value = language;
listDevices();
show();
needsKey();
if (!window.isSecureContext) notice('page_insecure');
document.body.dataset.ready = 'yes';
