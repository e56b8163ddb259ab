package touchpoint

import (
	"runtime"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// customers numbers the customers of the rows. Customers are many and seldom
// the one before, so that looking one up waits for memory; it is done for a
// page of runs at a time, and in a goroutine of its own once there is enough to
// do. Nothing of that shows in the numbers: they are given in the order of the
// rows.
type customers struct {
	b      *builder
	table  *intern.Table
	counts []uint32 // rows that stay, by customer
	faults fault.Batch

	last  string // customer of the run that is being collected
	read  int64  // row of its latest event
	page  *page  // runs whose rows have no customer yet
	alone bool   // no goroutine any more

	work, back chan *page // open while the goroutine lives
	out        int        // pages it holds
}

// page is rows that follow one another in one chunk, by runs of one customer.
type page struct {
	rows     []row // set when the page is turned
	base     int   // of the first row in its chunk
	n        int
	customer [pageRuns]string
	count    [pageRuns]uint32
	read     [pageRuns]int64 // rows of the input, the first of each run
	hashes   [pageRuns]uint64
	offsets  [pageRuns]uint32
}

const (
	pageRuns = 256
	pages    = 4 // that the goroutine may hold
)

func newCustomers(b *builder) *customers {
	return &customers{b: b, table: intern.New(), page: &page{}}
}

// push keeps a row whose customer is to be checked and numbered. It does not
// look at the customer's text, which may be far away.
func (c *customers) push(customer string, r row) {
	c.b.push(r)
	p := c.page
	if p.n > 0 && c.b.read == c.read+1 && intern.Same(customer, c.last) {
		p.count[p.n-1]++
		c.read++
	} else {
		if p.n == pageRuns {
			c.turn(1)
			p = c.page
		}
		c.last, c.read = customer, c.b.read
		p.customer[p.n], p.count[p.n], p.read[p.n] = customer, 1, c.b.read
		p.n++
	}
	if c.b.rows&(1<<chunkBits-1) == 0 {
		c.turn(0) // no page goes over the end of a chunk
	}
}

// turn numbers what was collected, all but the last rows of the chunk.
func (c *customers) turn(but int) {
	p := c.page
	chunk := c.b.chunks[len(c.b.chunks)-1]
	end := len(chunk) - but
	if p.n == 0 {
		p.base = end & (1<<chunkBits - 1)
		return
	}
	p.rows = chunk[p.base:end]
	// The first chunk moves when it grows, so the goroutine begins after it.
	if !c.alone && c.work == nil && len(c.b.chunks) > 1 {
		c.start()
	}
	if c.work == nil {
		c.assign(p)
		p.n = 0
	} else {
		c.work <- p
		c.out++
		if c.out == pages {
			p = <-c.back
			c.out--
		} else {
			p = &page{}
		}
		p.n = 0
		c.page = p
	}
	c.page.base = end & (1<<chunkBits - 1)
}

func (c *customers) start() {
	if runtime.GOMAXPROCS(0) == 1 {
		c.alone = true
		return
	}
	work, back := make(chan *page, pages), make(chan *page, pages)
	c.work, c.back = work, back
	go func() {
		for p := range work {
			c.assign(p)
			back <- p
		}
		close(back)
	}()
}

// stop ends the goroutine, if there is one, when its work is done.
func (c *customers) stop() {
	c.alone = true
	if c.work == nil {
		return
	}
	close(c.work)
	for range c.back {
		c.out--
	}
	c.work, c.back = nil, nil
}

// settle numbers every row there is, and stays without goroutine: what asks
// for it asks again.
func (c *customers) settle() {
	if c.b.rows > 0 {
		c.turn(0)
	}
	c.stop()
}

// assign numbers the customers of a page and writes the numbers to its rows.
func (c *customers) assign(p *page) {
	for i, s := range p.customer[:p.n] {
		p.hashes[i] = c.table.Hash(s)
	}
	c.table.Warm(p.hashes[:p.n], p.offsets[:])
	rows := p.rows
	for i, s := range p.customer[:p.n] {
		id, ok := c.table.FindHash(s, p.hashes[i])
		n := p.count[i]
		if !ok {
			limit, err := fault.CheckText(s, MaxText)
			if err == nil {
				id, err = c.table.Add(s)
			}
			if err != nil {
				for k := range int64(n) {
					c.faults.Add(fault.Row{Row: p.read[i] + k, Field: "Customer", Value: s, Limit: limit, Err: err})
				}
				rows = rows[n:]
				continue
			}
			c.counts = append(c.counts, 0)
		}
		c.counts[id] += n
		own := rows[:n]
		for k := range own {
			own[k].customer = id
		}
		rows = rows[n:]
	}
}
