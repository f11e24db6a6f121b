"""Stories played on a running stack over its real addresses: customers write, agents answer, phones show it."""
