// The front page: the words and numbers stand already; this makes them answer.

import { openCard } from "./card.js";
import { wireLeaves } from "./leaf.js";
import { mark, visit } from "./map.js";
import { wireQuestions } from "./questions.js";
import { wireSearch } from "./search.js";

wireSearch((deposit) => {
  visit(deposit);
  openCard("deposits", deposit.slug, { closed: mark });
});
wireQuestions();
wireLeaves();

// An address such as /#deposits/kundybai opens that card.
const [, resource, slug] = location.hash.match(/^#(deposits|prospecting-objects|licenses)\/([\w-]+)$/) ?? [];
if (slug) {
  const record = await openCard(resource, slug, { focus: false, closed: mark });
  if (record) visit(record);
}
