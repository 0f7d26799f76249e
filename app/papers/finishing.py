"""How a paper leaves the press: crop marks for the printing shop, margins for both sides of the sheet."""

from dataclasses import dataclass

from app.papers.designs import Design

BLEED = "3mm"


@dataclass(frozen=True, slots=True)
class Finish:
    """What is asked of one print run, besides the papers themselves."""

    marks: bool = False
    """Crop marks, and a bleed around the page."""
    duplex: bool = False
    """Both sides of the sheet: the wider margin lies at the binding, and each paper begins on a new sheet."""

    def style(self, design: Design) -> str:
        """What this adds to the style sheets of a design; empty when nothing is asked."""
        rules = [f"@page {{ marks: crop; bleed: {BLEED}; }}"] if self.marks else []
        if self.duplex and design.binding:
            inner, outer = design.binding
            rules.append(f"@page :right {{ margin-left: {inner}; margin-right: {outer}; }}")
            rules.append(f"@page :left {{ margin-left: {outer}; margin-right: {inner}; }}")
        return "\n".join(rules)


PLAIN = Finish()
