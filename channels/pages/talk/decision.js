// A decision that several agents propose together, as a card.

import { part } from './transcript.js';
import { language, number, word } from './words.js';

/**
 * @param {object} decision as in docs/decisions.md
 * @param {(agent: string) => string} label how an agent is called
 */
export function decisionCard(decision, label) {
  const card = part('article', 'card');
  card.append(part('h2', '', word('page_decision')));

  const options = part('ol', 'options');
  for (const option of decision.options) {
    const row = part('li', '');
    const name = part('span', 'name', option.name);
    name.dir = 'auto';
    if (decision.recommended.includes(option.name)) name.append(part('span', 'tag', word('page_recommended')));
    const score = document.createElement('meter');
    score.max = 100;
    score.value = option.score.value;
    score.setAttribute('aria-label', option.name);
    row.append(name, score, part('span', 'score', `${number(option.score.value)}/100`));
    options.append(row);
  }
  card.append(options);

  const facts = part('dl', 'facts');
  fact(facts, word('page_risk'), `${points(decision.risk.value)}/12`);
  fact(facts, word('page_complexity'), `${points(decision.complexity.value)}/12`);
  const cost = decision.cost?.first_year;
  if (cost) fact(facts, word('page_cost'), dollars(cost));
  fact(facts, word('page_decides'), label(decision.accountable));
  card.append(facts);

  if (decision.escalate) {
    const why = part('div', 'escalation');
    why.append(part('strong', '', word('page_escalated')));
    const reasons = part('ul', '');
    for (const reason of decision.escalation_reasons) reasons.append(part('li', '', reason.detail));
    why.append(reasons);
    card.append(why);
  }
  return card;
}

function fact(list, name, value) {
  const pair = part('div', '');
  pair.append(part('dt', '', name), part('dd', '', value));
  list.append(pair);
}

function dollars({ least, most }) {
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
  return least === most ? money.format(least) : money.formatRange(least, most);
}

function points(value) {
  return number(value, Number.isInteger(value) ? 0 : 1);
}
