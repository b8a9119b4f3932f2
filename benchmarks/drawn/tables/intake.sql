from texts
