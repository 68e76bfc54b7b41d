"""An article that goes over several pages: which page follows, and the pages as one."""
