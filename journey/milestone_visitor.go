package journey

// milestoneVisitor counts one milestone over a range of customers.
type milestoneVisitor struct {
	d       *Definition
	bit     uint64
	goal    []bool
	within  int64
	horizon int64

	start, reached, converted int64
	isReached, isConverted    bool

	times          []int64
	mature, inTime int64

	with, without, landmarkWith, landmarkWithout converts
}

// converts counts customers and those of them who converted.
type converts struct{ customers, converted int64 }

func (c *converts) count(converted bool) {
	c.customers++
	if converted {
		c.converted++
	}
}

func (v *milestoneVisitor) begin(_ int, stage uint16, at int64) {
	v.start = at
	v.isReached, v.isConverted = false, v.goal[stage]
	v.converted = at
}

func (v *milestoneVisitor) move(edge int, at int64) {
	if v.goal[v.d.dest[edge]] && !v.isConverted {
		v.isConverted, v.converted = true, at
	}
}

func (v *milestoneVisitor) reach(set uint64, at int64) {
	if set&v.bit != 0 {
		v.isReached, v.reached = true, at
	}
}

func (v *milestoneVisitor) end(uint16, uint64, int64, int64) {
	if v.isReached {
		v.times = append(v.times, int64(elapsed(v.start, v.reached)))
	}
	in := func(at int64) bool { return v.within == 0 || uint64(at)-uint64(v.start) <= uint64(v.within) }
	if v.within == 0 || uint64(v.horizon)-uint64(v.start) >= uint64(v.within) {
		v.mature++
		reached := v.isReached && in(v.reached)
		if reached {
			v.inTime++
		}
		if v.within > 0 && (!v.isConverted || !in(v.converted)) {
			if reached {
				v.landmarkWith.count(v.isConverted)
			} else {
				v.landmarkWithout.count(v.isConverted)
			}
		}
	}
	if v.isReached && (!v.isConverted || v.reached <= v.converted) {
		v.with.count(v.isConverted)
	} else {
		v.without.count(v.isConverted)
	}
}
