"""``python -m tests.docs.regenerate``: writes the generated parts of the documentation anew."""

from __future__ import annotations

from tests.docs.generated import pages
from tests.docs.pages import DOCS


def main() -> None:
    """Write each page that differs from what the program says of itself."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
