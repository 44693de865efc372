// The page is whole without this: it copies, filters, and connects marks with rows.
import { all, connectCopying } from './copy.js';
import { connectMarks } from './marks.js';
import { connectRows } from './rows.js';

connectCopying(document);
connectRows(document);
connectMarks(document);
addEventListener('beforeprint', () => all('details').forEach(part => { part.open = true; }));
