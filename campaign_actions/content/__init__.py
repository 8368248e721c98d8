"""The site's content as one file: written out whole, and restored into an empty site."""
