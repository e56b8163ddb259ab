package touchpoint

import "runtime"

// Part is a stretch of customers, From to To, To excluded.
type Part struct{ From, To int }

// Parts cuts the customers into stretches of about equally many events, one for
// each processor; a small log is one part. What is computed of the parts and
// added up in their order does not depend on how many there are.
func (c Columns) Parts() []Part {
	const worth = 20_000 // events that are worth a goroutine
	return c.Split(min(runtime.GOMAXPROCS(0), c.Len()/worth))
}

// Split is Parts for a given number of them, at least one where there is a
// customer.
func (c Columns) Split(n int) []Part {
	all := c.Customers()
	var out []Part
	for from := 0; from < all; {
		to := from + 1
		want := int(int64(c.Len()) * int64(len(out)+1) / int64(max(n, 1)))
		for to < all && int(c.Start[to]) < want {
			to++
		}
		if len(out) == n-1 || n <= 1 {
			to = all
		}
		out = append(out, Part{from, to})
		from = to
	}
	return out
}
