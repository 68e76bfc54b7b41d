"""The seed article's posts: one text in three markups, each more hostile than the one before."""

from dataclasses import replace

from demo.outlet import Masthead, Post
from demo.story import seed_story

# A: furniture in well-named classes; B: in plain divs beside the body's paragraphs; C: in paragraphs among them.
TEMPLATES = ("seed_a", "seed_b", "seed_c")
SUFFIXES = ("", "-2", "-3")
FIRST_NUMBER = 310


def posts(masthead: Masthead) -> tuple[Post, ...]:
    """The seed story's posts, in the order of their templates."""
    story = seed_story()
    return tuple(
        Post(
            masthead=masthead,
            story=replace(story, slug=story.slug + suffix),
            number=FIRST_NUMBER + 5 * turn,
            path=f"/{story.published:%Y/%m/%d}/{story.slug}{suffix}/",
            picture="/wp-content/uploads/2024/08/tinzaouaten.png",
        )
        for turn, suffix in enumerate(SUFFIXES)
    )
