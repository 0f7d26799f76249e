"""What a region and a school write and press on printed papers: texts of a design, seals.

Promise: the layout is the design's; words and seals are data with a history, and a paper that was issued keeps the
words and the seal it was printed with.
"""
