"""The app put together as it runs, on fakes that keep state and a clock that is stepped."""
