package words

// Thai returns the Thai words.
func Thai() Set {
	return Set{
		Language: "th",
		Kinds: []string{
			"สถานะปัจจุบัน", "สถานะในอนาคต", "หนึ่งวันของลูกค้า", "พิมพ์เขียวบริการ", "การเริ่มต้นใช้งาน", "แผนที่โอกาส",
			"แผนที่ตามเพอร์โซนา", "เส้นทางย่อย",
		},
		Lanes: []string{
			"", "เวลา", "บริบท", "เป้าหมาย", "สิ่งที่ลูกค้าทำ", "การตัดสินใจ", "ข้อมูลที่ต้องการ", "จุดสัมผัส", "ความคิด",
			"อารมณ์", "เส้นเรื่อง", "จุดเจ็บปวด", "เบื้องหลัง", "กระบวนการสนับสนุน", "โอกาส", "หมุดหมาย", "ตัวชี้วัด", "ผู้รับผิดชอบ", "ช่องว่าง",
		},
		Evidence:        []string{"สมมติฐาน", "ลูกค้าบอก", "สังเกตได้"},
		Bases:           []string{"วาดขึ้น", "ตามแผน", "ตามจริง", "แผนเทียบกับจริง"},
		Deviations:      []string{"ตามแผน", "ถูกข้าม", "นอกแผน", "ผิดลำดับ"},
		InitiativeKinds: []string{"ไม่ระบุ", "เทคโนโลยี", "กระบวนการ", "ฟีเจอร์", "จุดสัมผัส"},
		States:          []string{"เสนอ", "เห็นชอบ", "กำลังทำ", "เสร็จแล้ว", "ยกเลิก"},
		Changes:         []string{"", "เริ่มใช้", "เลิก", "เปลี่ยน", "จัดลำดับใหม่"},
		Days:            []string{"วัน"}, Hours: []string{"ชม."}, Minutes: []string{"นาที"},
		Stage: "ขั้น", Touchpoint: "จุดสัมผัส", Channel: "ช่องทาง", Persona: "เพอร์โซนา", Segment: "กลุ่มลูกค้า", Period: "ช่วงเวลา",
		Customers: "ราย", Purpose: "วัตถุประสงค์", Agreed: "เห็นชอบโดย", Accountable: "รับผิดชอบหลัก", Contributing: "มีส่วนร่วม",
		Customer: "ลูกค้า", LeadsTo: "นำไปสู่", With: "กลุ่มที่ถึง", Without: "กลุ่มที่ไม่ถึง", Nobody: "ไม่มีใคร", Several: "หลายฝ่าย", Wait: "รอ", Approval: "อนุมัติโดย", Target: "เป้า", Value: "ค่า",
		LineOfVisibility: "เส้นการมองเห็น", MomentOfTruth: "ช่วงเวลาแห่งความจริง", Legend: "คำอธิบาย", Delight: "ช่วงประทับใจ", Frustration: "ช่วงหงุดหงิด",
		Entered: "เข้ามา", Onward: "ไปต่อ", Median: "มัธยฐาน", P90: "เปอร์เซ็นไทล์ที่ 90", Dropped: "หลุดออก", Reached: "ถึงแล้ว",
		Blocked: "ถูกปฏิเสธ", Peak: "ช่วงใช้งานมากสุด",
		Goals: "เป้าหมาย", Metric: "ตัวชี้วัด", From: "จาก", To: "เป็น", By: "ภายใน", Owner: "ผู้รับผิดชอบ", How: "วิธีการ", Progress: "ความคืบหน้า",
		Expected: "ที่คาดไว้", OnTrack: "เป็นไปตามแผน", Behind: "ล่าช้า", Unsure: "อยู่ในช่วงคลาดเคลื่อน",
		Handoffs: "การส่งต่องาน", ServiceLevel: "ระดับบริการ", Late: "ล่าช้า", Overdue: "เกินกำหนด", Responsibilities: "ความรับผิดชอบ",
		Audit: "การตรวจสอบเนื้อหา", Question: "คำถาม", Answered: "มีคำตอบ", Missing: "ยังขาด", Content: "เนื้อหา",
		Comments: "ความคิดเห็น", Open: "ยังเปิดอยู่", Resolved: "แก้แล้ว", Initiatives: "โครงการ", Kind: "ประเภท", State: "สถานะ", Due: "กำหนด",
		Gap: "ช่องว่าง", Rank: "อันดับ", Gain: "ผลได้", Safe: "ผลได้ที่แน่นอน", Rate: "อัตรา", Paths: "เส้นทางที่พบบ่อย", Pruned: "ตัดออกเพราะพบน้อย",
		Share: "สัดส่วน", Count: "จำนวน", Planned: "ตามแผน", Actual: "ตามจริง", AsTable: "แผนที่ในรูปตาราง", Skip: "ข้ามไปยังเนื้อหา",
		Difference: "ผลต่าง", Variants: "รูปแบบ", Figures: "ตัวเลข", Steps: "ขั้นตอน", After: "หลังจาก",
		Summary:   "{kind}: {n} ขั้น ตั้งแต่ {first} ถึง {last}",
		Questions: translated(thai),
	}
}
