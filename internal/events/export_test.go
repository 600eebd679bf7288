package events

// KeepOnly makes a hub keep n events in memory (up to twice as many at times).
func (h *Hub) KeepOnly(n int) { h.kept = n }
