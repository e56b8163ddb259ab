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
// (support.google.com/analytics/answer/9756891). Google compares sources with
// lists of several hundred sites and changes them without notice; Categories
// holds the well-known ones, so a rare site may come out as Referral where
// Google says Organic Social. Replace Categories where that matters. What
// Google knows from its own advertising accounts cannot be seen here.
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
		Name: "GA4 default channel group", Version: "until-2026-05-12",
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
		g.Version = "2026-05-13"
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

// ga4Categories lists well-known sites by kind.
func ga4Categories() []Category {
	return []Category{
		{CategoryShopping, split(
			"amazon,amazon.*,.smile.amazon.com,ebay,ebay.*,etsy,.etsy.com,walmart,.walmart.com,alibaba,.alibaba.com," +
				"aliexpress,.aliexpress.com,google shopping,shopping.google.com,igshopping,mercadolibre,mercadolibre.*," +
				"mercadolivre.*,shopify,.shopify.com,shopzilla,shopzilla.*,target,.target.com,shop.app",
		)},
		{CategorySearch, split(
			"google,google.*,search.google.com,news.google.com,lens.google.com,play.google.com,google-play," +
				"com.google.android.googlequicksearchbox,bing,.bing.com,duckduckgo,.duckduckgo.com,yahoo,yahoo.com,yahoo.co.jp," +
				".search.yahoo.com,.search.yahoo.co.jp,baidu,.baidu.com,yandex,yandex.*,ecosia,ecosia.org,naver,naver.com,.search.naver.com," +
				"daum,.daum.net,ask,.ask.com,aol,aol.com,.search.aol.com,qwant,.qwant.com,startpage,.startpage.com," +
				"search.brave.com,sogou,.sogou.com,so.com,360.cn,seznam,.search.seznam.cz,seznam.cz,lycos,.lycos.com," +
				"avg,babylon,comcast,conduit,incredimail,onet,onet.pl,rambler,rambler.ru,virgilio,auone,biglobe,biglobe.ne.jp,kagi.com",
		)},
		{CategorySocial, split(
			"facebook,.facebook.com,fb,.fb.com,fb.me,instagram,.instagram.com,ig,threads.net,.threads.net,threads.com,.threads.com," +
				"twitter,.twitter.com,x.com,t.co,linkedin,.linkedin.com,lnkd.in,reddit,.reddit.com,pinterest,.pinterest.com,pinterest.*," +
				"tiktok,.tiktok.com,snapchat,.snapchat.com,tumblr,.tumblr.com,quora,.quora.com,vk,.vk.com,weibo,.weibo.com," +
				"whatsapp,.whatsapp.com,wa.me,telegram,.telegram.org,t.me,bsky.app,mastodon.social,nextdoor,.nextdoor.com," +
				"meetup,.meetup.com,news.ycombinator.com,hackernews,stackoverflow,.stackoverflow.com,.stackexchange.com," +
				"disqus,.disqus.com,flipboard,.flipboard.com,messenger,.messenger.com,groups.google.com,plus.google.com,sites.google.com",
		)},
		{CategoryVideo, split(
			"youtube,.youtube.com,youtu.be,vimeo,.vimeo.com,twitch,.twitch.tv,dailymotion,.dailymotion.com,netflix,.netflix.com," +
				"hulu,.hulu.com,disneyplus,.disneyplus.com,wistia,.wistia.com,.wistia.net,ted,.ted.com,veoh,.veoh.com," +
				"crackle,.crackle.com,iqiyi,.iqiyi.com,youku,.youku.com,viki,.viki.com",
		)},
	}
}

func split(list string) []string { return strings.Split(list, ",") }
