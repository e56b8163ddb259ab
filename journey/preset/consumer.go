package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Consumer returns the five-stage journey of consumers. Stages:
//
//	awareness      knows the brand
//	consideration  looks at its products
//	purchase       has bought once (goal)
//	retention      buys again (goal)
//	advocacy       recommends it (goal)
//	lapsed         has not bought for a year; may return
//
// Milestones: second purchase (repurchased, within 90 days), recommendation
// (recommended).
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
stage lapsed doc "Has not bought for a year."

from awareness on interested to consideration
from @prospect on purchased to purchase
from purchase on repurchased to retention
from retention on repurchased to =
from advocacy on repurchased to =
from purchase on recommended to advocacy
from retention on recommended to advocacy
from advocacy on recommended to = internal
from @buyer on lapsed to lapsed
after purchase 8760h fires lapsed
after retention 8760h fires lapsed
after advocacy 8760h fires lapsed
from lapsed on repurchased to retention
from lapsed on interested to consideration

milestone "second purchase" any of repurchased deadline 2160h doc "Bought again."
milestone recommendation any of recommended doc "Has recommended the brand."
`)
})
