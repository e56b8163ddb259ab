package touchpoint

import (
	"runtime"
)

// LogOf is NewLog for events at hand, which are read where they lie and, when
// they are many, by all cores at once.
func (o LogOptions) LogOf(events ...Event) (*Log, error) {
	b, err := newBuilder(o)
	if err != nil {
		return nil, err
	}
	defer b.customers.stop()
	if parts := partsFor(len(events)); parts > 1 && !b.optional() {
		if whole := readApart(events, parts); whole != nil {
			return whole.log("new log")
		}
	}
	for i := range events {
		b.add(&events[i])
	}
	return b.log("new log")
}

// partsFor is into how many parts so many events are worth cutting.
func partsFor(events int) int { return min(runtime.GOMAXPROCS(0), events/(2*worth)) }

// readApart reads parts of the events at once, each into tables of its own, and
// puts the tables together. It gives up, with nil, where the parts are not
// independent: with a key, which another part may have, with a fault, whose place
// among the others counts, and with more texts than one table takes.
func readApart(events []Event, parts int) *builder {
	chunks := (len(events) + 1<<chunkBits - 1) >> chunkBits
	read := make([]*builder, parts)
	share(parts, chunks, func(w, first, end int) {
		read[w] = readPart(events[first<<chunkBits : min(end<<chunkBits, len(events))])
	})
	for _, p := range read {
		if p == nil {
			return nil
		}
	}
	whole := read[0]
	moved := make([]renumbering, parts)
	for w, p := range read[1:] {
		if !moved[w+1].of(whole, p) {
			return nil
		}
	}
	share(parts, parts, func(_, first, end int) {
		for w := max(first, 1); w < end; w++ {
			moved[w].apply(read[w].chunks)
		}
	})
	for _, p := range read[1:] {
		whole.chunks = append(whole.chunks, p.chunks...)
		whole.rows += p.rows
	}
	whole.read = int64(len(events))
	return whole
}

func readPart(events []Event) *builder {
	b, err := newBuilder(LogOptions{})
	if err != nil {
		return nil
	}
	b.customers.alone = true
	b.many = true
	var k known
	for i := range events {
		e := &events[i]
		if e.ID != "" {
			return nil
		}
		if b.quick(e, &k) { // what add and keep do then, in a line
			b.read++
			b.customers.push(e.Customer, row{at: k.at, name: k.name, channel: k.channel})
			continue
		}
		if b.add(e); b.faults.Count() > 0 {
			return nil
		}
	}
	b.customers.settle()
	if b.customers.faults.Count() > 0 {
		return nil
	}
	return b
}

// renumbering says by the numbers of a part what they are in the whole.
type renumbering struct{ customers, names, channels []uint32 }

// of adds the texts of a part to those of the whole.
func (r *renumbering) of(whole, part *builder) bool {
	for _, t := range []struct {
		to       *[]uint32
		in, from *shortTable
		most     int
	}{{&r.names, &whole.names, &part.names, MaxNames}, {&r.channels, &whole.channels, &part.channels, MaxChannels}} {
		for k := range t.from.table.Len() {
			id, err := t.in.add(string(t.from.table.Bytes(uint32(k))))
			if err != nil || int(id) >= t.most {
				return false
			}
			*t.to = append(*t.to, id)
		}
	}
	var ok bool
	r.customers, ok = whole.customers.take(part.customers)
	return ok
}

func (r *renumbering) apply(chunks [][]row) {
	for _, chunk := range chunks {
		for i := range chunk {
			c := &chunk[i]
			c.customer, c.name, c.channel = r.customers[c.customer], uint16(r.names[c.name]), uint16(r.channels[c.channel])
		}
	}
}

// take adds the customers of other rows and their counts; by their numbers there
// it returns those here.
func (c *customers) take(o *customers) ([]uint32, bool) {
	to := make([]uint32, len(o.counts))
	var texts [pageRuns]string
	var hashes [pageRuns]uint64
	var offsets [pageRuns]uint32
	for first := 0; first < len(to); first += pageRuns {
		n := min(pageRuns, len(to)-first)
		for k := range n {
			texts[k] = o.table.Text(uint32(first + k))
			hashes[k] = c.table.Hash(texts[k])
		}
		c.table.Warm(hashes[:n], offsets[:])
		for k := range n {
			id, ok := c.table.FindHash(texts[k], hashes[k])
			if !ok {
				var err error
				if id, err = c.table.AddHash(texts[k], hashes[k]); err != nil {
					return nil, false
				}
				c.counts = append(c.counts, 0)
			}
			c.counts[id] += o.counts[first+k]
			to[first+k] = id
		}
	}
	return to, true
}
