// What the page says, in the languages there are. The server has the words: a deployment may have its own.

let all = {};
let words = {};

/** The languages the page can be read in, as [code, name]. */
export let languages = [];

/** The code of the one it is read in. */
export let language = 'en';

/** Take the words, and choose the person's language. */
export function take(given) {
  all = given;
  languages = Object.keys(all).map((code) => [code, new Intl.DisplayNames([code], { type: 'language' }).of(code)]);
  const wanted = [localStorage.getItem('language'), ...navigator.languages];
  read(wanted.map((tag) => tag?.split('-')[0]).find((code) => code in all) ?? 'en');
}

/** Read the page in another language; it is remembered. */
export function choose(code) {
  localStorage.setItem('language', code);
  read(code);
}

/** @param {string} key of a message @param {Record<string, string>} values of its placeholders */
export function word(key, values = {}) {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key] ?? key);
}

/** A number as it is written in the language of the page. */
export function number(value, digits = 0) {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function read(code) {
  language = code;
  words = { ...all.en, ...all[code] };
  document.documentElement.lang = code;
  document.title = word('page_title');
  for (const [attribute, put] of Object.entries({
    word: (element, text) => { element.textContent = text; },
    label: (element, text) => element.setAttribute('aria-label', text),
    placeholder: (element, text) => element.setAttribute('placeholder', text),
  })) {
    for (const element of document.querySelectorAll(`[data-${attribute}]`)) {
      put(element, word(element.dataset[attribute]));
    }
  }
}
