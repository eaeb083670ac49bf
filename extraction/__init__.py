"""From files to text: readers of document formats, each in a process of its own."""
