package journey

import (
	"fmt"
	"math"
)

// Population keeps many journeys of one definition at rest, in columns without
// pointers: 13 bytes for stage, begin of the visit and count of events, 8 for
// the last event id once events have ids, 8 for the time of the last event where
// the definition has events that do not begin a visit, and one bit per
// milestone. The eight-stage SaaS journey takes 30 bytes a customer. Counters of
// milestones half reached are kept beside, for the customers that have them.
//
// Customers are numbered in the order of Append; their ids are the caller's to
// keep, as the places of a touchpoint.Log for one. A Population is for one
// writer, or for many readers. The zero Population holds nothing and takes
// nothing; NewPopulation makes one.
type Population struct {
	d        *Definition
	stage    []uint8 // low byte
	stageHi  []uint8 // high byte; only for definitions of more than 256 stages
	since    []int64
	seq      []uint32
	last     []int64  // only where it can differ from since
	lastID   []uint64 // nil until one is not zero
	reached  []uint8  // stride bytes a customer
	stride   int
	progress map[int]string
	lasts    bool
}

// NewPopulation returns an empty population with room for n customers.
func NewPopulation(d *Definition, n int) *Population {
	n = min(max(n, 0), MaxEvents)
	p := &Population{
		d: d, stage: make([]uint8, 0, n), since: make([]int64, 0, n), seq: make([]uint32, 0, n),
		stride: (len(d.spec.Milestones) + 7) / 8, progress: map[int]string{}, lasts: d.lingers(),
	}
	p.reached = make([]uint8, 0, n*p.stride)
	if len(d.stages) > 256 {
		p.stageHi = make([]uint8, 0, n)
	}
	if p.lasts {
		p.last = make([]int64, 0, n)
	}
	return p
}

// lingers reports whether an event can be accepted without beginning a visit.
func (d *Definition) lingers() bool {
	for i := range d.edges {
		if d.edges[i].Internal {
			return true
		}
	}
	for on := range d.width {
		if d.observes(d.cells[on]) {
			return true
		}
	}
	return false
}

// Len returns the number of customers.
func (p *Population) Len() int { return len(p.stage) }

// Append adds a journey and returns its number. Errors are those of Set.
func (p *Population) Append(j Journey) (int, error) {
	if p.d == nil {
		return 0, fmt.Errorf("journey: population: %w: it was not made by NewPopulation", ErrUndefined)
	}
	j, err := p.check(j)
	if err != nil {
		return 0, err
	}
	i := len(p.stage)
	p.stage = append(p.stage, 0)
	p.since = append(p.since, 0)
	p.seq = append(p.seq, 0)
	for range p.stride {
		p.reached = append(p.reached, 0)
	}
	if len(p.d.stages) > 256 {
		p.stageHi = append(p.stageHi, 0)
	}
	if p.lasts {
		p.last = append(p.last, 0)
	}
	if p.lastID != nil {
		p.lastID = append(p.lastID, 0)
	}
	p.put(i, j)
	return i, nil
}

// Set replaces journey i. Errors are ErrForeign and ErrNotStarted for a journey
// of another definition or none, and ErrTooMany for an i that Append has not
// returned and for a journey of more than 4,294,967,295 events; nothing is
// changed then.
func (p *Population) Set(i int, j Journey) error {
	if i < 0 || i >= len(p.stage) {
		return fmt.Errorf("journey: population: %w: customer %d of %d", ErrTooMany, i, len(p.stage))
	}
	j, err := p.check(j)
	if err != nil {
		return err
	}
	p.put(i, j)
	return nil
}

func (p *Population) check(j Journey) (Journey, error) {
	j, err := p.d.adopt(j)
	if err == nil && j.seq > math.MaxUint32 {
		err = fmt.Errorf("journey: population: %w: %d events of one customer, at most %d", ErrTooMany, j.seq, uint32(math.MaxUint32))
	}
	return j, err
}

func (p *Population) put(i int, j Journey) {
	p.stage[i], p.since[i], p.seq[i] = uint8(j.stage), j.since, uint32(j.seq)
	if p.stageHi != nil {
		p.stageHi[i] = uint8(j.stage >> 8)
	}
	for k := range p.stride {
		p.reached[i*p.stride+k] = uint8(j.reached >> (8 * k))
	}
	if p.lasts {
		p.last[i] = j.last
	}
	if j.lastID != 0 && p.lastID == nil {
		p.lastID = make([]uint64, len(p.stage), cap(p.stage))
	}
	if p.lastID != nil {
		p.lastID[i] = j.lastID
	}
	if j.progress != "" {
		p.progress[i] = j.progress
	} else {
		delete(p.progress, i)
	}
}

// Journey returns journey i as it was put in, under the customer id the caller
// knows it by; the zero Journey for an i that Append has not returned.
func (p *Population) Journey(i int, customer string) Journey {
	if i < 0 || i >= len(p.stage) {
		return Journey{}
	}
	j := Journey{
		def: p.d, customer: customer, progress: p.progress[i],
		since: p.since[i], last: p.since[i], seq: int64(p.seq[i]), stage: uint16(p.stage[i]),
	}
	if p.stageHi != nil {
		j.stage |= uint16(p.stageHi[i]) << 8
	}
	for k := range p.stride {
		j.reached |= uint64(p.reached[i*p.stride+k]) << (8 * k)
	}
	if p.lasts {
		j.last = p.last[i]
	}
	if p.lastID != nil {
		j.lastID = p.lastID[i]
	}
	return j
}

// Bytes returns what the columns take, spare capacity included; counters of
// milestones half reached come on top.
func (p *Population) Bytes() int64 {
	return int64(cap(p.stage)) + int64(cap(p.stageHi)) + int64(cap(p.reached)) +
		8*int64(cap(p.since)) + 4*int64(cap(p.seq)) + 8*int64(cap(p.last)) + 8*int64(cap(p.lastID))
}
