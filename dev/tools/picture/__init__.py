"""Makes docs/play.png, what a person sees at `/play`, from a stack that runs."""
