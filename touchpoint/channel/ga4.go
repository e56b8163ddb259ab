package channel

import (
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ga4Assistant is the day from which Google Analytics groups visits from AI
// assistants on their own.
var ga4Assistant = time.Date(2026, time.May, 13, 0, 0, 0, 0, time.UTC)

// GA4 returns the newest version of the Google Analytics 4 default channel
// group that this package knows, as a fresh copy to use or to change.
//
// The rules are those that Google publishes for manual traffic
// (support.google.com/analytics/answer/9756891), Categories all 819 sources of
// the lists beside them and some more. Google changes both without notice, so
// Version names the rules by the day from which they hold and the sources by
// the month in which they were read. What Google knows from its own advertising
// accounts cannot be seen here.
func GA4() Grouping { return GA4On(ga4Assistant) }

// GA4On returns the GA4 default channel group in force on a day. Versions are
// named by the day from which they hold:
//
//	2026-05-13        adds AI Assistant. Google does not publish which sources it
//	                  counts; the rule looks at the medium and campaign that Google
//	                  Analytics sets.
//	until-2026-05-12  the rules before that, without AI Assistant
func GA4On(at time.Time) Grouping {
	g := Grouping{
		Name: "GA4 default channel group", Version: "until-2026-05-12, sources of " + ga4SourcesOf,
		Categories: ga4Categories(), Otherwise: touchpoint.Unassigned,
	}
	const (
		paid    = `^(.*cp.*|ppc|retargeting|paid.*)$`
		shop    = `^(.*(([^a-df-z]|^)shop|shopping).*)$`
		social  = "social,social-network,social-media,sm,social network,social media"
		mail    = "email,e-mail,e_mail,e mail"
		display = "display,banner,expandable,interstitial,cpm"
	)
	category := func(name string) Condition { return Condition{Field: FieldCategory, In: []string{name}} }
	like := func(f Field, pattern string) Condition { return Condition{Field: f, Pattern: pattern} }
	medium := func(list string) Condition { return Condition{Field: FieldMedium, In: split(list)} }
	source := func(list string) Condition { return Condition{Field: FieldSource, In: split(list)} }
	isPaid := like(FieldMedium, paid)
	rule := func(c touchpoint.Channel, either ...[]Condition) { g.Rules = append(g.Rules, Rule{c, either}) }
	all := func(m ...Condition) []Condition { return m }

	rule(touchpoint.Direct, all(source("(direct),direct"), medium("(none),(not set),none,not set")))
	rule(touchpoint.CrossNetwork, all(like(FieldCampaign, `cross-network`)))
	rule(touchpoint.PaidShopping, all(category(CategoryShopping), isPaid), all(like(FieldCampaign, shop), isPaid))
	rule(touchpoint.PaidSearch, all(category(CategorySearch), isPaid))
	rule(touchpoint.PaidSocial, all(category(CategorySocial), isPaid))
	rule(touchpoint.PaidVideo, all(category(CategoryVideo), isPaid))
	rule(touchpoint.Display, all(medium(display)))
	rule(touchpoint.PaidOther, all(isPaid))
	if !at.Before(ga4Assistant) {
		g.Version = "2026-05-13, sources of " + ga4SourcesOf
		rule(touchpoint.AIAssistant, all(medium("ai-assistant")), all(Condition{Field: FieldCampaign, In: []string{"(ai-assistant)"}}))
	}
	rule(touchpoint.OrganicShopping, all(category(CategoryShopping)), all(like(FieldCampaign, shop)))
	rule(touchpoint.OrganicSocial, all(category(CategorySocial)), all(medium(social)))
	rule(touchpoint.OrganicVideo, all(category(CategoryVideo)), all(like(FieldMedium, `^(.*video.*)$`)))
	rule(touchpoint.OrganicSearch, all(category(CategorySearch)), all(medium("organic")))
	rule(touchpoint.Referral, all(medium("referral,app,link")))
	rule(touchpoint.Email, all(source(mail)), all(medium(mail)))
	rule(touchpoint.Affiliates, all(medium("affiliate")))
	rule(touchpoint.Audio, all(medium("audio")))
	rule(touchpoint.SMS, all(source("sms")), all(medium("sms")))
	rule(touchpoint.MobilePush, all(like(FieldMedium, `push$|mobile|notification`)), all(source("firebase")))
	return g
}

// ga4Categories lists sites by kind: those of Google's lists, and behind them
// sites and hosts that the lists leave out but belong there: what a browser's
// referrer has where Google Analytics sees the short name (google.de, m.facebook.com),
// and sites that have come since.
func ga4Categories() []Category {
	return []Category{
		{CategoryShopping, listed(ga4Shopping,
			"amazon.*,.smile.amazon.com,ebay.*,.etsy.com,.walmart.com,.alibaba.com,aliexpress,.aliexpress.com,"+
				"shopping.google.com,mercadolibre.*,mercadolivre.*,.shopify.com,shopzilla.*,target,.target.com",
		)},
		{CategorySearch, listed(ga4Search,
			"google.*,com.google.android.googlequicksearchbox,.bing.com,.duckduckgo.com,.search.yahoo.com,.search.yahoo.co.jp,"+
				".baidu.com,yandex.*,ecosia,.search.naver.com,.daum.net,.ask.com,.search.aol.com,.qwant.com,startpage,.startpage.com,"+
				"search.brave.com,.search.seznam.cz,.lycos.com,kagi.com",
		)},
		{CategorySocial, listed(ga4Social,
			".facebook.com,.fb.com,.instagram.com,threads.net,.threads.net,threads.com,.threads.com,.twitter.com,x.com,"+
				".linkedin.com,.reddit.com,pinterest.*,.tiktok.com,.snapchat.com,.tumblr.com,.quora.com,vk,.vk.com,.weibo.com,"+
				".whatsapp.com,wa.me,telegram,.telegram.org,bsky.app,mastodon.social,nextdoor,.nextdoor.com,.meetup.com,hackernews,"+
				".stackoverflow.com,.stackexchange.com,.disqus.com,.flipboard.com,.messenger.com",
		)},
		{CategoryVideo, listed(ga4Video,
			".youtube.com,youtu.be,.vimeo.com,.twitch.tv,.dailymotion.com,.netflix.com,.hulu.com,.disneyplus.com,.wistia.com,"+
				".wistia.net,.ted.com,.veoh.com,.crackle.com,.iqiyi.com,.youku.com,viki,.viki.com",
		)},
	}
}

// listed is the entries of a list, in its order, and more behind them.
func listed(list, more string) []string {
	return strings.FieldsFunc(list+","+more, func(r rune) bool { return r == ',' || r == '\n' })
}

func split(list string) []string { return strings.Split(list, ",") }
