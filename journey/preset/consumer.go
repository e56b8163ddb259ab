package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Consumer returns the five-stage journey of consumers. Stages:
//
//	prospect  awareness      knows the brand
//	          consideration  looks at its products
//	buyer     purchase       has bought once (goal)
//	          retention      buys again (goal)
//	          advocacy       recommends it (goal)
//	          lapsed         has not bought for a year; may return
//
// A second purchase is one whatever it is called: purchased again, or
// repurchased.
//
// Milestones: newsletter, first purchase, second purchase (within 90 days),
// recommendation.
func Consumer() *journey.Definition { return consumer() }

var consumer = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "Consumer, five stages"
initial awareness
stage awareness group prospect doc "Knows the brand."
stage consideration group prospect doc "Looks at its products."
stage purchase group buyer goal doc "Has bought once."
stage retention group buyer goal doc "Buys again."
stage advocacy group buyer goal doc "Recommends it."
stage lapsed aside doc "Has not bought for a year."

observe visited interested newsletter_joined purchased repurchased returned recommended review_published lapsed

from awareness on interested to consideration
from awareness on newsletter_joined to consideration
from @prospect on purchased to purchase
from purchase on purchased to retention
from retention on purchased to =
from advocacy on purchased to =
from lapsed on purchased to retention
from @prospect on repurchased to retention
from purchase on repurchased to retention
from retention on repurchased to =
from advocacy on repurchased to =
from lapsed on repurchased to retention
from purchase on recommended to advocacy
from retention on recommended to advocacy
from advocacy on recommended to = internal
from purchase on review_published to advocacy
from retention on review_published to advocacy
from advocacy on review_published to = internal
from @buyer on lapsed to lapsed
after purchase 8760h fires lapsed
after retention 8760h fires lapsed
after advocacy 8760h fires lapsed
from lapsed on interested to consideration

milestone newsletter any of newsletter_joined doc "Wants to hear more."
milestone "first purchase" any of purchased repurchased doc "Has bought."
milestone "second purchase" count 2 of purchased repurchased deadline 2160h doc "Bought again."
milestone recommendation any of recommended review_published doc "Has recommended the brand."
`)
})
