package survival

import "sort"

// timeline counts, at each distinct time of exit, who was at risk and who had
// the event. Sums at risk are taken from the end, so that the last of them do
// not carry the rounding of all that went before.
type timeline struct {
	subjects int
	time     []float64
	risk     []float64 // weight at risk: entry < time <= exit
	events   []float64 // weight of those with the event
	deaths   []uint32  // rows with the event
	exits    []uint32  // rows that leave, events included

	tail    []float64 // weight with exit >= time; risk itself where nobody entered late
	entries []float64 // distinct late entries,
	enter   []float64 // and the weight entering then or later
}

// timeline of rows in order of exit.
func (s *sample) timeline(rows []uint32) *timeline {
	distinct := 0
	last := -1.0
	for _, r := range rows {
		if t := s.exit[r]; t != last {
			last = t
			distinct++
		}
	}
	l := &timeline{
		subjects: len(rows),
		time:     make([]float64, distinct),
		risk:     make([]float64, distinct),
		events:   make([]float64, distinct),
		deaths:   make([]uint32, distinct),
		exits:    make([]uint32, distinct),
	}
	at := distinct
	last = -1
	var sum float64
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		if t := s.exit[r]; t != last {
			at--
			l.time[at] = t
			last = t
		}
		w := 1.0
		if s.weight != nil {
			w = s.weight[r]
		}
		sum += w
		l.risk[at] = sum
		l.exits[at]++
		if s.event[r] {
			l.events[at] += w
			l.deaths[at]++
		}
	}
	l.tail = l.risk
	if late := s.late(rows); len(late) > 0 {
		l.enterLate(s, late)
	}
	return l
}

func (l *timeline) enterLate(s *sample, late []uint32) {
	for _, r := range late {
		if n := len(l.entries); n == 0 || l.entries[n-1] != s.entry[r] {
			l.entries = append(l.entries, s.entry[r])
		}
	}
	l.enter = make([]float64, len(l.entries))
	at, sum := len(l.entries)-1, 0.0
	heads := make([]int, len(l.entries)+1) // rows entering then or later
	count := 0
	for i := len(late) - 1; i >= 0; i-- {
		r := late[i]
		if s.entry[r] != l.entries[at] {
			at--
		}
		sum += s.weightOf(r)
		count++
		l.enter[at], heads[at] = sum, count
	}
	l.risk = make([]float64, len(l.time))
	leaving := 0
	next := len(l.entries)
	for i := len(l.time) - 1; i >= 0; i-- {
		leaving += int(l.exits[i])
		for next > 0 && l.entries[next-1] >= l.time[i] {
			next--
		}
		if leaving > heads[next] { // else nobody is at risk, whatever the sums of fractions say
			l.risk[i] = max(l.tail[i]-l.entering(next), l.events[i])
		}
	}
}

// entering is the weight that enters at the i-th late entry or later.
func (l *timeline) entering(i int) float64 {
	if i >= len(l.enter) {
		return 0
	}
	return l.enter[i]
}

// atRisk is the weight at risk at any time t.
func (l *timeline) atRisk(t float64) float64 {
	i := sort.SearchFloat64s(l.time, t)
	if i == len(l.time) {
		return 0
	}
	if l.time[i] == t || l.entries == nil {
		return l.risk[i]
	}
	return max(0, l.tail[i]-l.entering(sort.SearchFloat64s(l.entries, t)))
}

// before is the number of times at or before t, less one: the place of the
// step that holds at t, -1 before the first.
func (l *timeline) step(t float64) int {
	i := sort.SearchFloat64s(l.time, t)
	if i < len(l.time) && l.time[i] == t {
		return i
	}
	return i - 1
}
