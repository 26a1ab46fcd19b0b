"""Help for writing Markdown: the preview that equals what readers will see, and pictures in texts."""
