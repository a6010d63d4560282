"""Capitalised words that are no organisation, and endings that mark one."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "COMMON_CAPITALS",
    "CONNECTORS",
    "DEMONYMS",
    "EXCHANGES",
    "GIVEN_NAMES",
    "JOB_TITLES",
    "LEGAL_FORMS",
    "MONTHS",
    "OPENERS",
    "ORGANISATION_ENDINGS",
    "PEOPLES",
    "PLACES",
    "TERM_CAPITALS",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
DAYS = _words("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun")

LEGAL_FORMS = _words(
    "inc incorporated corp corporation co company ltd limited plc llc n.a lp llp pbc nv n.v sa s.a s.a. ag"
    " se asa as a/s aps oy"
    " oyj ab gmbh spa s.p.a srl bv b.v kk k.k pte pty sas sarl holdings pjsc jsc kgaa nyse nasdaq tbk bhd"
)
#: Last words that mark a name as an organisation's.
ORGANISATION_ENDINGS = LEGAL_FORMS | _words(
    "group capital partners bank bancorp systems technologies technology energy power motors electronics"
    " semiconductor semiconductors semi labs lab networks communications pharma pharmaceuticals therapeutics"
    " biosciences airlines airways air aerospace aviation space materials metals mining resources minerals"
    " petroleum gas oil industries international global ventures fund trust management investments investment"
    " financial finance insurance securities software cloud compute computing data digital media telecom"
    " mobile wireless interactive foods brands stores retail logistics shipping maritime lines marine steel"
    " chemicals chemical solar wind nuclear renewables hydro electric utilities water health healthcare medical"
    " devices instruments robotics automotive batteries battery ai university ministry department agency"
    " authority government treasury state republic council commission foundation institute services solutions"
    " enterprises consulting properties realty estates infrastructure associates equity advisors asset assets"
    " robotics satellites telecommunications alliance studio studios works foundry microdevices micro photonics"
    " optics lng reit fab fabs silicon chips graphics intelligence dynamics sciences science platforms internet"
    " datacenter"
)

PLACES = _words(
    "america us u.s usa uk u.k britain england scotland wales ireland france germany spain portugal italy"
    " netherlands holland belgium luxembourg switzerland austria denmark sweden norway finland iceland poland"
    " czechia hungary romania greece turkey ukraine russia israel egypt morocco nigeria kenya ghana ethiopia"
    " arabia qatar kuwait bahrain oman emirates uae iran iraq india pakistan bangladesh china taiwan japan korea"
    " vietnam thailand malaysia singapore indonesia philippines australia canada mexico brazil argentina chile"
    " peru colombia europe asia africa eu texas california nevada arizona ohio virginia georgia louisiana"
    " mississippi wisconsin michigan illinois indiana iowa kansas nebraska oklahoma utah oregon washington"
    " wyoming montana idaho dakota minnesota missouri arkansas tennessee kentucky alabama florida carolina"
    " pennsylvania maryland delaware jersey york connecticut massachusetts vermont maine hampshire alaska"
    " hawaii colorado mexico london paris berlin munich frankfurt hamburg madrid barcelona lisbon porto rome"
    " milan amsterdam rotterdam brussels zurich geneva vienna copenhagen aarhus stockholm oslo helsinki reykjavik"
    " warsaw prague budapest athens istanbul kyiv moscow tel aviv dubai riyadh doha cairo lagos nairobi mumbai"
    " delhi bangalore bengaluru hyderabad chennai beijing shanghai shenzhen hangzhou taipei hsinchu tokyo osaka"
    " seoul busan hanoi bangkok jakarta manila sydney melbourne perth auckland toronto vancouver montreal ottawa"
    " calgary houston dallas austin chicago boston seattle atlanta miami denver phoenix detroit memphis"
    " sacramento cleveland columbus cincinnati louisville nashville charlotte pittsburgh philadelphia baltimore"
    " santiago lima bogota buenos aires narvik abilene midwest permian scandinavia iberia alentejo catalonia"
    " bavaria saxony flanders ontario quebec alberta silicon valley wall street gulf atlantic pacific arctic"
    " nordic nordics baltic mediterranean caribbean anglesey wales cornwall yorkshire kingdom states dhabi"
    " asia-pacific apac emea abu kong vegas francisco angeles jose diego antonio states"
)  # fmt: skip

DEMONYMS: Mapping[str, str] = {
    "american": "US", "british": "GB", "english": "GB", "french": "FR", "german": "DE", "dutch": "NL",
    "japanese": "JP", "korean": "KR", "south-korean": "KR", "chinese": "CN", "taiwanese": "TW", "saudi": "SA",
    "emirati": "AE", "indian": "IN", "canadian": "CA", "norwegian": "NO", "swedish": "SE", "finnish": "FI",
    "danish": "DK", "swiss": "CH", "italian": "IT", "spanish": "ES", "portuguese": "PT", "irish": "IE",
    "israeli": "IL", "australian": "AU", "czech": "CZ", "polish": "PL", "brazilian": "BR", "mexican": "MX",
    "argentine": "AR", "belgian": "BE", "austrian": "AT", "greek": "GR", "turkish": "TR", "singaporean": "SG",
    "european": "EU", "qatari": "QA", "kuwaiti": "KW", "icelandic": "IS", "parisian": "FR", "estonian": "EE",
    "egyptian": "EG",
    "serbian": "RS", "ukrainian": "UA", "russian": "RU", "kazakh": "KZ", "georgian": "GE", "nigerian": "NG",
    "kenyan": "KE", "south-african": "ZA", "chilean": "CL", "peruvian": "PE", "colombian": "CO", "thai": "TH",
    "vietnamese": "VN", "malaysian": "MY", "indonesian": "ID", "philippine": "PH", "filipino": "PH", "pakistani": "PK",
    "bangladeshi": "BD", "hungarian": "HU", "romanian": "RO", "bulgarian": "BG", "croatian": "HR", "slovak": "SK",
    "slovenian": "SI", "lithuanian": "LT", "latvian": "LV", "moroccan": "MA", "algerian": "DZ", "tunisian": "TN",
    "ghanaian": "GH", "ethiopian": "ET", "jordanian": "JO", "omani": "OM", "bahraini": "BH", "iraqi": "IQ",
    "scottish": "GB", "welsh": "GB", "catalan": "ES", "bavarian": "DE", "texan": "US", "californian": "US",
    "mongolian": "MN", "lebanese": "LB", "cypriot": "CY", "maltese": "MT", "ecuadorian": "EC", "bolivian": "BO",
    "uruguayan": "UY", "paraguayan": "PY", "rwandan": "RW", "tanzanian": "TZ", "ugandan": "UG", "zambian": "ZM",
    "angolan": "AO", "senegalese": "SN", "ivorian": "CI", "uzbek": "UZ", "azerbaijani": "AZ", "armenian": "AM",
    "sri-lankan": "LK", "nepalese": "NP", "hong-kong": "HK", "african": "ZA", "asian": "CN", "nordic": "EU",
}  # fmt: skip

GIVEN_NAMES = _words(
    "elon sam jensen satya dario lisa larry mark sundar tim jeff andy masayoshi michael john david james robert"
    " william richard thomas charles daniel matthew anthony paul steven kevin brian george edward ronald jason"
    " jeffrey ryan jacob gary nicholas eric jonathan stephen justin scott brandon benjamin samuel gregory frank"
    " alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan peter zachary kyle walter"
    " harold mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy margaret betty sandra"
    " ashley emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen"
    " amy angela anna emma olivia sophia maria ana joao pedro luis carlos juan antonio marie pierre jean philippe"
    " francois hans klaus jurgen stefan wolfgang sven lars erik anders bjorn nils kim lee hiroshi kenji takeshi"
    " yuki wei ming raj anil sanjay amit priya mohammed ahmed ali hassan fatima greg chris mike joe dan matt"
    " alex nick tom bill bob jim steve ken ron don ray marc safra clay arvind pat cristiano chey jay mira ilya"
)
#: Before or after a name, these make it a person's: "chief executive X", "X, its founder".
JOB_TITLES = _words(
    "executive chairman chairwoman president founder co-founder ceo cfo coo cto co-ceo minister analyst"
    " spokesman spokeswoman spokesperson economist treasurer professor strategist governor senator mr mrs ms dr"
    " secretary"
)
#: Lower-case words inside a name: "Mo i Rana", "Rio de Janeiro".
CONNECTORS = _words("i de del della di da do dos das du la le van von der den el bin")
#: Ordinary words that open a sentence or a bullet and are no name.
OPENERS = _words(
    "approval clock delivery should second third fourth fifth tone defensive subject hi hello legal will clubs club"
    " tokens token not someone anyone pursuant notwithstanding whereas dear regards cheers thanks date to from"
    " watch room board stand good bad big small left right open shut close last next first here there never always"
    " maybe perhaps nor no yes old new short long high low early late free full half such same other another more"
    " less least best worst better worse friday overall background context detail details summary question"
    " questions answer answers point points power money price prices cash debt credit risk risks law rules tax"
    " history news story update scope purpose status state stage size region site campus start end signature"
    " confidential draft final private public strictly attention page note notes memo agenda minutes next item"
    " condition conditions schedule background repayment security interest maturity drawdown availability fee fees"
    " covenants representations governing notice notices clause party parties lender borrower seller buyer landlord"
    " tenant guarantor issuer investor supplier vendor customer rent lease loan guarantee warrant equity shares"
    " label lots draw ask look call consider remember recall notice compare read see think imagine picture suppose"
    " guess bet forget expect add subtract divide multiply double triple halve count sum file sign seal send bring"
    " take make do give get keep hold leave let turn work play run walk talk speak tell say write type click tap press"
    " buy sell rent borrow lend pay spend save earn win lose gain drop rise fall grow shrink climb jump slide build"
    " construct design plan announced announcing reported confirmed signed agreed completed closed paid received"
    " building construction work works ground power electricity water land space capacity demand supply order orders"
    " deal deals contract contracts agreement talks negotiations discussions news rumours rumors speculation word"
    " people residents locals neighbours critics fans sceptics optimists pessimists bulls bears readers writers editors"
    " everyone everybody nobody anyone anything something nothing several many few most some all none both either"
    " yesterday today tomorrow tonight week weeks month months year years decade morning afternoon evening night"
    " earlier later sooner before after since until during while when where why how what who which whose whether"
    " behind beneath beyond above below under over across along around through throughout within without despite"
    " given asked told speaking writing citing quoting noting adding including excluding following preceding according"
    " like unlike similar similarly likewise equally instead rather otherwise besides furthermore additionally also"
    " indeed certainly surely clearly obviously apparently evidently presumably possibly probably maybe perhaps likely"
    " fortunately unfortunately sadly happily curiously oddly strangely interestingly importantly notably crucially"
    " effective subject pending assuming provided barring absent save except regarding concerning respecting touching"
    " huge massive enormous giant tiny modest serious major minor key main chief principal primary secondary"
    " proud delighted pleased thrilled excited honoured happy glad sorry welcome congratulations hats cheers thanks"
    " sources insiders bankers lawyers engineers workers staff management directors officers officials ministers"
    " two-thirds half quarter third fifth tenth dozens hundreds thousands millions billions trillions plenty enough"
    " same different new old big small long short high low good bad right wrong true false real fake hard soft easy"
)
#: What people of a place are called: "the Californians" are no company.
PEOPLES = _words(
    "californians texans americans britons germans danes swedes norwegians finns italians spaniards"
    " koreans canadians australians emiratis saudis israelis russians indians belgians poles"
    " czechs londoners parisians europeans asians brits yanks aussies kiwis scots catalans bavarians"
)
#: Words of contracts and headings: capitalised alone they are no name, but names hold them.
TERM_CAPITALS = _words(
    "clerk treasurer council committee resolved alert correction update breaking exclusive reminder memo subject"
    " option tranche facility part section notes schedule annex appendix lot unit units phase stage building hall"
    " borrower lender issuer seller buyer purchaser supplier landlord tenant lessor lessee licensor licensee guarantor"
    " investor sponsor parent vendor contractor client registrant partnership licence license warrant warrants term"
    " terms tenor facility principal amount value price closing effective date fee fees rent deposit royalty"
)
#: Exchanges whose names stand before a ticker.
EXCHANGES = _words(
    "nasdaq nasdaqgs nasdaqgm nyse amex lse aim tsx tsxv asx nse bse sgx hkex hkse krx kospi tse euronext xetra fwb six"
    " bmv b3 otcqx otcqb otc nse bse wse oslo omx borsa jse tadawul adx dfm"
)
#: Capitalised for other reasons.
COMMON_CAPITALS = _words(
    "rns number no. spac spv reit lng cng ppa ppas pv ev evs r&d m&a cash kpi kpis faq agm egm ltm capex opex ira dlc"
    " loi mou hoa rfp saas paas iaas hbm dram nand soc asic asics fpga fpgas gaap ifrs aum nav vc pe otc adr ads etf dc"
    " sustainability chief officer managing vice senior head finance operations commercial group's bitcoin ethereum"
    " god internet-of-things covid brexit olympics world"
    " series class phase item form section article note exhibit chapter table figure page monday class-a"
    " ceo cfo coo cto chairman president director mr mrs ms dr sir king prince queen minister"
    " ai gpu gpus cpu cpus tpu tpus it esg ipo q1 q2 q3 q4 h1 h2 fy gdp ebitda llm api nasdaq nyse sec ftc doj"
    " christmas easter ramadan english dollar euro moore internet web data-center"
    " shares stock notes agreement agreements company customer contract purchase order orders"
    " read more subscribe key takeaways what why happened matters next powered lot error ref iban tel pi"
    " chapter-11 house senate congress parliament opec nato reuters bloomberg afp newswire wire"
    " moreover however meanwhile separately elsewhere yet still then now today also both each neither either"
    " analysts investors shareholders regulators executives officials management economists critics lenders"
    " banks bankers customers shares revenue profit sales output deliveries completion financing terms"
    " nothing everything nobody everyone somebody others another most many few several some all none"
    " total net gross annual quarterly monthly"
)
