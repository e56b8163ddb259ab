package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Credit is what the Acquisition says about its channels.
type Credit struct {
	// Rate is the share of prospects who arrive.
	Rate float64 `json:"rate"`
	// Channels are by name.
	Channels []ChannelTruth `json:"channels"`
}

// ChannelTruth is what is true of a channel.
type ChannelTruth struct {
	Channel touchpoint.Channel `json:"channel"`
	// Touches is how many a prospect meets, on average.
	Touches float64 `json:"touches"`
	// RemovalEffect is the share of arrivals that are lost when every touch of
	// the channel ends in nothing (E. Anderl et al., "Mapping the customer
	// journey", International Journal of Research in Marketing 33, 2016).
	RemovalEffect float64 `json:"removal_effect"`
	// Share is RemovalEffect as a part of the sum over the channels: the credit.
	Share float64 `json:"share"`
}

// Ranked are the channels by credit, the most first.
func (c *Credit) Ranked() []touchpoint.Channel {
	list := slices.Clone(c.Channels)
	slices.SortStableFunc(list, func(a, b ChannelTruth) int { return cmp.Compare(b.Share, a.Share) })
	out := make([]touchpoint.Channel, len(list))
	for i := range list {
		out[i] = list[i].Channel
	}
	return out
}

// String is a line for each channel.
func (c *Credit) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.4f of prospects arrive\n", c.Rate)
	for _, ch := range c.Channels {
		fmt.Fprintf(&b, "%-18s %7.4f touches  removal %.4f  credit %.4f\n", ch.Channel, ch.Touches, ch.RemovalEffect, ch.Share)
	}
	return b.String()
}

// Rows are the channels as text: channel, touches, removal effect, share.
func (c *Credit) Rows() [][]string {
	rows := make([][]string, 0, len(c.Channels))
	for _, ch := range c.Channels {
		rows = append(rows, []string{string(ch.Channel), number(ch.Touches), number(ch.RemovalEffect), number(ch.Share)})
	}
	return rows
}

// Credit works out the channels' true credit: touches are drawn anew each time,
// so that with the weights w, P(arrival) = Σ w·converts / (1 − Σ w·goes on), and
// removing a channel leaves its terms out of both sums. Campaigns of one channel
// count together.
func (w *World) Credit() (*Credit, error) {
	e, err := w.compile()
	if err != nil {
		return nil, err
	}
	list := e.w.Acquisition.Channels
	if len(list) == 0 {
		return nil, fmt.Errorf("simulate: credit: %w: the world has no acquisition channels", ErrNoClosedForm)
	}
	out := &Credit{}
	for i := range list {
		if !slices.ContainsFunc(out.Channels, func(c ChannelTruth) bool { return c.Channel == list[i].Channel }) {
			out.Channels = append(out.Channels, ChannelTruth{Channel: list[i].Channel})
		}
	}
	slices.SortFunc(out.Channels, func(a, b ChannelTruth) int { return cmp.Compare(a.Channel, b.Channel) })
	without := make([]float64, len(out.Channels))
	for p := range e.w.Personas {
		weight := (e.weight(2*p) + e.weight(2*p+1))
		cum := e.channels[p]
		out.Rate += weight * rate(list, cum, "")
		touches := 1 / (1 - goesOn(list, cum))
		for k := range out.Channels {
			name := out.Channels[k].Channel
			without[k] += weight * rate(list, cum, name)
			for i := range list {
				if list[i].Channel == name {
					out.Channels[k].Touches += weight * touches * shareOf(cum, i)
				}
			}
		}
	}
	sum := 0.0
	for k := range out.Channels {
		if out.Rate > 0 {
			out.Channels[k].RemovalEffect = 1 - without[k]/out.Rate
		}
		sum += out.Channels[k].RemovalEffect
	}
	for k := range out.Channels {
		if sum > 0 {
			out.Channels[k].Share = out.Channels[k].RemovalEffect / sum
		}
	}
	return out, nil
}

func shareOf(cum []float64, i int) float64 {
	w := cum[i]
	if i > 0 {
		w -= cum[i-1]
	}
	return w / cum[len(cum)-1]
}

func goesOn(list []Channel, cum []float64) float64 {
	on := 0.0
	for i := range list {
		on += shareOf(cum, i) * (1 - list[i].Converts - list[i].Leaves)
	}
	return on
}

// rate is the share of prospects who arrive when the touches of one channel end
// in nothing.
func rate(list []Channel, cum []float64, removed touchpoint.Channel) float64 {
	arrive, on := 0.0, 0.0
	for i := range list {
		if removed != "" && list[i].Channel == removed {
			continue
		}
		s := shareOf(cum, i)
		arrive += s * list[i].Converts
		on += s * (1 - list[i].Converts - list[i].Leaves)
	}
	return arrive / (1 - on)
}
