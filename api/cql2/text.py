"""CQL2 as text: a parser by recursive descent, one function per level of precedence, as the grammar (cql2.bnf) has them."""

from api.cql2 import literals
from api.cql2.bounds import MAX_NODES, check_text, refusal
from api.cql2.tokens import Word, unquoted, words_of
from api.cql2.tree import COMPARISONS, Array, Boolean, Call, Interval, Node, Number, Property, Text
from api.cql2.wkt import SHAPES, read_shape
from api.cql2.word_reader import WordReader

#: Functions of the standard; their names are known in any letter case.
_STANDARD = ("CASEI", "ACCENTI")
_PREFIXES = ("S_", "T_", "A_")


def parse_text(text: str) -> Node:
    """Return the tree of a CQL2 text; raises BadParameter, whatever the text."""
    check_text(text)
    parser = Parser(words_of(text))
    node = parser.disjunction()
    parser.expect("end")
    return node


class Parser(WordReader):
    """Reads an expression; recursion goes through brackets only, and those are bounded."""

    def __init__(self, words: list[Word]) -> None:
        """Begin at the first word."""
        super().__init__(words)
        self.nodes = 0

    def _made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refusal(f"The filter has more than {MAX_NODES:,} parts.")
        return node

    def _call(self, op: str, *args: Node) -> Node:
        return self._made(Call(op, args))

    # --- conditions ---------------------------------------------------------------------------------------------------
    def disjunction(self) -> Node:
        """Read conditions joined by OR."""
        terms = [self.conjunction()]
        while self.takes("OR"):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else self._call("or", *terms)

    def conjunction(self) -> Node:
        """Read conditions joined by AND."""
        terms = [self.negation()]
        while self.takes("AND"):
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else self._call("and", *terms)

    def negation(self) -> Node:
        """Read a condition, or several NOTs before one."""
        negations = 0
        while self.takes("NOT"):
            negations += 1
        node = self.predicate()
        for _ in range(negations):
            node = self._call("not", node)
        return node

    def predicate(self) -> Node:
        """Read a value, and what it is compared with."""
        left = self.sum()
        sign = self.takes(*COMPARISONS)
        if sign:
            return self._call(sign, left, self.sum())
        if self.takes("IS"):
            negated = self.takes("NOT")
            self.expect("NULL")
            node = self._call("isnull", left)
            return self._call("not", node) if negated else node
        negated = self.takes("NOT")
        if self.takes("LIKE"):
            node = self._call("like", left, self.primary())
        elif self.takes("ILIKE"):
            # Not of the standard; GDAL writes it for what CASEI says.
            node = self._call("like", self._call("casei", left), self._call("casei", self.primary()))
        elif self.takes("BETWEEN"):
            low = self.sum()
            self.expect("AND")
            node = self._call("between", left, low, self.sum())
        elif self.takes("IN"):
            self.expect("(")
            items = self._list()
            if not items:
                raise refusal("IN needs at least one value.")
            node = self._call("in", left, self._made(Array(items)))
        elif negated:
            raise self.unexpected("LIKE, BETWEEN or IN")
        else:
            return left
        return self._call("not", node) if negated else node

    # --- arithmetic ---------------------------------------------------------------------------------------------------
    def sum(self) -> Node:
        """Read terms joined by + and -."""
        node = self.product()
        while sign := self.takes("+", "-"):
            node = self._call(sign, node, self.product())
        return node

    def product(self) -> Node:
        """Read factors joined by *, /, % and div."""
        node = self.power()
        while sign := self.takes("*", "/", "%", "DIV"):
            node = self._call(sign.lower(), node, self.power())
        return node

    def power(self) -> Node:
        """Read a value, perhaps with an exponent."""
        node = self.signed()
        return self._call("^", node, self.signed()) if self.takes("^") else node

    def signed(self) -> Node:
        """Read a value with its sign."""
        sign = self.takes("-", "+")
        if sign is None:
            return self.primary()
        if self.word.kind == "number":
            value = literals.number(self.take().text)
            return self._made(Number(-value if sign == "-" else value))
        if sign == "+":
            raise self.unexpected("a number")
        if self.word.text == "-":
            raise self.unexpected("a value after the sign")
        return self._call("*", self._made(Number(-1)), self.primary())

    # --- values -------------------------------------------------------------------------------------------------------
    def primary(self) -> Node:
        """Read a value, a property, a function, or what stands in brackets."""
        word = self.take()
        if word.kind == "number":
            return self._made(Number(literals.number(word.text)))
        if word.kind == "text":
            return self._made(Text(unquoted(word.text)))
        if word.kind == "quoted":
            return self._made(Property(word.text[1:-1]))
        if word.text == "(" and word.kind == "sign":
            return self._brackets()
        if word.kind == "name":
            return self._named(word)
        self.position -= 1
        raise self.unexpected("a value")

    def _brackets(self) -> Node:
        """Read an expression in brackets, or a list: the comma tells."""
        if self.takes(")"):
            return self._made(Array(()))
        first = self.disjunction()
        if self.word.text != "," or self.word.kind != "sign":
            self.expect(")")
            return first
        self.expect(",")
        return self._made(Array((first, *self._list())))

    def _list(self) -> tuple[Node, ...]:
        if self.takes(")"):
            return ()
        items = [self.disjunction()]
        while self.takes(","):
            items.append(self.disjunction())
        self.expect(")")
        return tuple(items)

    def _named(self, word: Word) -> Node:
        upper = word.upper
        called = self.word.kind == "sign" and self.word.text == "("
        if upper in SHAPES and (called or (self.word.upper == "Z" and self.follows(1).text == "(")):
            return self._made(read_shape(upper, self))
        if not called:
            if upper in ("TRUE", "FALSE"):
                return self._made(Boolean(upper == "TRUE"))
            return self._made(Property(word.text))
        self.expect("(")
        if upper in ("DATE", "TIMESTAMP"):
            text = self._text()
            self.expect(")")
            return self._made(literals.day(text) if upper == "DATE" else literals.instant(text))
        if upper == "INTERVAL":
            start = self._end_of_interval()
            self.expect(",")
            end = self._end_of_interval()
            self.expect(")")
            return self._made(Interval(start, end))
        standard = upper in _STANDARD or upper.startswith(_PREFIXES)
        return self._call(upper.lower() if standard else word.text, *self._list())

    def _text(self) -> str:
        if self.word.kind != "text":
            raise self.unexpected("a text in single quotes")
        return unquoted(self.take().text)

    def _end_of_interval(self) -> Node:
        if self.word.kind == "text":
            return self._made(literals.end_of_interval(self._text()))
        node = self.primary()
        if not isinstance(node, Property | Call):
            raise refusal("An interval needs two ends, each a date, a time, “..” or a property.")
        return node
