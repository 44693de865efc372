// The rows of a report are most of its page: they are put in behind the rest, some at a time.

// The page with the first rows only, and the others as tables of their own. Cells have no `<` of a capture in them.
export const cutRows = html => {
  const from = html.indexOf('<table class="evt">');
  const to = from < 0 ? -1 : html.indexOf('</table>', from);
  if (to < 0) return { html, rest: [] };
  const [head, first, ...rest] = html.slice(from, to).split('<tbody>');
  if (!rest.length) return { html, rest };
  return { html: `${html.slice(0, from)}${head}<tbody>${first}${html.slice(to)}`, rest: rest.map(rows => `<table><tbody>${rows}</table>`) };
};
