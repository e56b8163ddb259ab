package billing

import "time"

// end is when a span ends.
type end struct {
	at   time.Time
	span int
}

// ends is a heap of them, the latest on top.
type ends []end

func (h ends) with(e end) ends {
	h = append(h, e)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].at.After(h[up].at) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	return h
}

func (h ends) without() (rest ends, top end) {
	top = h[0]
	n := len(h) - 1
	h[0] = h[n]
	h = h[:n]
	for i := 0; ; {
		most := i
		for _, k := range [...]int{2*i + 1, 2*i + 2} {
			if k < n && h[k].at.After(h[most].at) {
				most = k
			}
		}
		if most == i {
			return h, top
		}
		h[i], h[most] = h[most], h[i]
		i = most
	}
}
