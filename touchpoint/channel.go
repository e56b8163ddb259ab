package touchpoint

// Channel is the way by which a touch reached the customer, or the customer
// the company. It is an open vocabulary: the constants below are the groups of
// Google Analytics 4, which GA4 assigns; a program may declare its own
// ("account manager", "in-app"). The empty Channel means unknown.
type Channel string

// The GA4 default channel groups, spelled as Google Analytics spells them
// (support.google.com/analytics/answer/9756891).
const (
	Direct          Channel = "Direct"
	CrossNetwork    Channel = "Cross-network"
	PaidShopping    Channel = "Paid Shopping"
	PaidSearch      Channel = "Paid Search"
	PaidSocial      Channel = "Paid Social"
	PaidVideo       Channel = "Paid Video"
	Display         Channel = "Display"
	PaidOther       Channel = "Paid Other"
	OrganicShopping Channel = "Organic Shopping"
	OrganicSocial   Channel = "Organic Social"
	OrganicVideo    Channel = "Organic Video"
	OrganicSearch   Channel = "Organic Search"
	AIAssistant     Channel = "AI Assistant"
	Referral        Channel = "Referral"
	Email           Channel = "Email"
	Affiliates      Channel = "Affiliates"
	Audio           Channel = "Audio"
	SMS             Channel = "SMS"
	MobilePush      Channel = "Mobile Push Notifications"
	Unassigned      Channel = "Unassigned"
)

// Channels that no visit shows, as StandardSaaS uses them. A reader of events sets
// them by the event or the system it came from.
const (
	Website   Channel = "Website"
	InApp     Channel = "In-app"
	Chat      Channel = "Chat"
	Phone     Channel = "Phone"
	Meeting   Channel = "Meeting"
	Community Channel = "Community"

	// Reviews are sites where customers judge products, OutboundSales is a
	// salesperson who makes the first move, WordOfMouth a person who recommends;
	// Referral is a link on another site.
	Reviews       Channel = "Reviews"
	OutboundSales Channel = "Outbound Sales"
	WordOfMouth   Channel = "Word of Mouth"
)
