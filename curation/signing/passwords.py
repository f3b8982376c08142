"""What a new password must be: nothing that a program guesses soon, not even one that knows the trade."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

#: Words that somebody would try first at this registry.
_OF_THE_TRADE = (
    *("rare", "earth", "rareearth", "rareearths", "registry", "deposit", "deposits", "curator", "editor", "reviewer"),
    *("geology", "geologist", "mineral", "minerals", "mining", "mine", "ore", "critical", "kutessay", "bayan", "obo"),
    *("lanthanum", "cerium", "praseodymium", "neodymium", "promethium", "samarium", "europium", "gadolinium", "terbium"),
    *("dysprosium", "holmium", "erbium", "thulium", "ytterbium", "lutetium", "yttrium", "scandium", "monazite", "bastnasite"),
)
#: So many letters a password holds beside those words.
_LETTERS = 6
#: Of zxcvbn's scores 0 to 4: only what would stand ten thousand million guesses.
_BEST = 4
#: zxcvbn reads no more; what is guessed with ease up to there is not saved by what follows.
_READ = 72


class HardToGuess:
    """Refuse a password by the number of guesses that it would stand (zxcvbn), and one of digits alone."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError, and say why."""
        if password.isdigit():
            raise ValidationError(gettext("The password must not consist only of digits."), code="password_only_digits")
        own = [str(getattr(user, name, "") or "") for name in ("username", "first_name", "last_name", "email")]
        known = [word.lower() for word in (*_OF_THE_TRADE, *own) if word]
        rest = re.sub("|".join(map(re.escape, sorted(known, key=len, reverse=True))), "", password.lower())
        if rest != password.lower() and sum(map(str.isalpha, rest)) < _LETTERS:
            raise ValidationError(
                gettext("The password is too similar to a common word of mining."), code="password_of_the_trade"
            )
        from zxcvbn import zxcvbn  # Its lists of words take 16 MB, for the few times that a password is chosen.

        found = zxcvbn(password[:_READ], user_inputs=known)
        if found["score"] < _BEST:
            why = found["feedback"]["warning"] or gettext("It consists of common words, names or patterns.")
            raise ValidationError(
                gettext("The password is too easy to guess. %(why)s Use several unrelated words.") % {"why": why},
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return gettext(
            "Your password must not be easy to guess: no repeats or keyboard rows, not only digits, no word of mining."
        )
