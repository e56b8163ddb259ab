package sqlstore

// Queued is how many wait to be written.
func (s *Store) Queued() int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return len(s.group.list)
}
