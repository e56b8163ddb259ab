package channel_test

import (
	"testing"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

func BenchmarkClassify(b *testing.B) {
	c, err := channel.GA4().Compile()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c.Channel(channel.Visit{Source: "newsletter", Medium: "email"})
	}
}
