// Rules of a filter: Procmon's logic in chips. A rule is {action, text}; when it is known by its
// parts, also {column, relation, value}. The engine reads and applies them; nothing is decided here.

// A value that is read back as it is.
export const quoted = value => `"${value.replaceAll('"', '""')}"`;

// Plain words stay without quotes, as people write them; the same as the program's own form.
const isPlain = value => value !== '' && value === value.trim() && !value.startsWith('"') && !/^not(\s|$)/i.test(value);

export const ruleOf = (action, column, relation, value) => ({
  action, column, relation, value,
  text: `${column} ${relation} ${isPlain(value) ? value : quoted(value)}`,
});

const same = (one, other) => one.action === other.action && one.text.toLowerCase() === other.text.toLowerCase();

export const withRule = (rules, rule) => (rules.some(it => same(it, rule)) ? rules : [...rules, rule]);

export const withoutRules = (rules, gone) => rules.filter(rule => !gone.some(it => same(it, rule)));

// Include only this: on that column no other include rule is left, for they would be alternatives.
export const onlyRule = (rules, rule) =>
  [...rules.filter(it => !(it.action === rule.action && it.column === rule.column)), rule];

// One chip for the rules of one action, column and relation: "Operation is CloseFile, RegCloseKey".
export const chipsOf = rules => {
  const chips = [];
  for (const rule of rules) {
    const chip = rule.column && chips.find(it => it.column === rule.column && it.relation === rule.relation && it.action === rule.action);
    if (chip) {
      chip.values.push(rule.value);
      chip.rules.push(rule);
    } else {
      chips.push({ action: rule.action, column: rule.column || null, relation: rule.relation || null,
        values: [rule.column ? rule.value : rule.text], rules: [rule] });
    }
  }
  return chips;
};

// What a chip says, in words for those who do not see its sign.
export const chipWords = chip => {
  const action = { include: 'Include', exclude: 'Exclude', highlight: 'Highlight' }[chip.action];
  const about = chip.column ? `${chip.column} ${chip.relation} ` : '';
  return `${action}: ${about}${chip.values.map(value => value === '' ? '""' : value).join(', ')}`;
};

// What was typed: "-" in front excludes; a text that begins with a column is a rule, else a search
// through the rows. Columns are those that the engine names, with its short names.
export const readTyped = (typed, columns) => {
  const text = typed.trim();
  const excludes = /^[-−–]\s*/.test(text);
  const rest = text.replace(/^[-−–+]\s*/, '');
  const names = [...columns, 'process', 'op', 'class', 'time', 'date', 'date and time'];
  const isRule = names.some(name => rest.toLowerCase().startsWith(name.toLowerCase() + ' ')) &&
    /\s(is|is not|less than|more than|begins with|ends with|contains|excludes|matches|regex)\s/i.test(rest + ' ');
  if (!isRule) return text ? { search: text } : null;
  return { rule: { action: excludes ? 'exclude' : 'include', text: rest } };
};
