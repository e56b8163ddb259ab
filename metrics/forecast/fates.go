package forecast

// fates is a decline by the 32-bit random number that meets it: in which month
// from now, 1 to the horizon, or one beyond it where not, something happens. It
// says what decline.first says of the same number, by a table of whole numbers.
type fates struct {
	// over[k] is how many of the 2^32 numbers, the lowest, are not met by month
	// k; it falls, and ends with 0 one beyond the horizon.
	over  [256]uint64
	guide [1 << guideBits]uint8 // the least month of the numbers with these highest bits
}

const guideBits = 10

// fill makes the table for those who have been there for so many months.
func (f *fates) fill(d *decline, from, horizon int) {
	beyond := horizon + 1
	f.over[0] = 1 << 32
	for k := 1; k <= horizon; k++ {
		f.over[k] = f.over[k-1] // of a month nothing is known of: nothing happens
		if from+k < len(d.share) {
			f.over[k] = below32(d.share[from+k], d.share[from])
		}
	}
	f.over[beyond] = 0
	k := beyond
	for bin := range f.guide {
		top := uint64(bin+1)<<(32-guideBits) - 1
		for k > 1 && top >= f.over[k-1] {
			k--
		}
		f.guide[bin] = uint8(k)
	}
}

// month is when it happens by this number.
func (f *fates) month(n uint32) uint8 {
	k := f.guide[n>>(32-guideBits)]
	for uint64(n) < f.over[k] {
		k++
	}
	return k
}

// below32 is how many of the numbers n from 0 have uniform32(n)·of < share,
// where share is at most of.
func below32(share, of float64) uint64 {
	lies := func(n uint64) bool { return n < 1<<32 && uniform32(uint32(n))*of < share }
	n := uint64(0)
	if of > 0 {
		n = uint64(max(0, min(1, share/of)) * (1 << 32))
	}
	for n > 0 && !lies(n-1) {
		n--
	}
	for lies(n) {
		n++
	}
	return n
}
