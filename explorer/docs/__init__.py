"""The documentation as a site: the Markdown files of the project, as pages, as Markdown, and searched."""
