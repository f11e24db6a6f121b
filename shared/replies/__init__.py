"""What an agent's reply becomes: sent as written, a template in its place, held, or refused."""
