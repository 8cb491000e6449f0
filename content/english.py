"""Common English words: enough to tell "English, but not about this guide" from "not understood".

Written by hand for this program. FUNCTION words say nothing about a subject and are left out of ranking;
COMMON ones are known, though no page of the guide may hold them. Apostrophes are gone as after cleaning.
"""

from __future__ import annotations

_FUNCTION = """
    a about after again all also am an and any are arent as at be because been before being both but
    by can cant could did didnt do does doesnt doing dont down during each few for from further get
    gets got had has have having he her here hers him his how i id if ill im in into is isnt it its
    ive just know let like me more most my need no nor not now of off on once only or other our out
    over own per please really s same say she should so some such t tell than that thats the their
    them then there these they this those through to too u under until up ur us very want was we
    were what whats when where which while who whom whose why will with wont would yes you your
    yours
"""

_COMMON = """
    able above across act actually add address advice afraid age ago agree ahead airport allow
    allowed almost alone along already always american amount animal another answer anybody anyone
    anything anyway appointment area arm around arrive article ask asked asking aunt available away
    baby back bad bag bank bed begin behind believe best better between big bill birth bit black
    blood blue board body book booking born boss bottle bottom box boy bread break bring brother
    bruise build building bus business busy buy call called came camera cancer car card care careful
    case cash cat cause center centre certain certificate change charge cheap check cheek child
    children chin choose city class clean clear clinic close clothes coffee cold college come common
    company compare complaint computer condition consider contact continue cook cool corner correct
    cosmetic cost costs country course cover cream credit cup cut dad daily dance danger date
    daughter day days dead deal dear death decide deep dentist deposit diabetes die diet difference
    different difficult dinner discount discuss disease doctor doctors dog dollar done door dose
    double doubt dress drink drive dry early earn easy eat effect effective eight either electric
    eleven else email embassy end english enough enter especially euro even evening ever every
    everybody everyone everything exactly example except excuse expect expensive experience explain
    extra eye eyes face fact fail fair fall false family far fast fat father favorite favour fear
    fee feel feeling feet felt female fever find fine finger finish first fish five fix flight fly
    follow food foot foreign forget form forward four free french fresh friday friend friends front
    full fun future game garden gave general german girl give given glad glass go goes going gold
    gone good great green ground group grow guess guy hair half hand hands happen happened happy
    hard hate head health healthy hear heard heart heat heavy height hello help hi high history hit
    hold hole holiday home hope hospital hot hotel hour hours house however hundred hungry hurt
    husband ice idea illness imagine important include infection inside instead insurance interest
    interested interesting internet invite invoice iron island issue job join joke june keep kept
    key kid kids kill kind knee knew korean lady land language large laser last late later laugh law
    lay learn least leave left leg legal less lesson letter level licence license life light line
    lip list listen little live lived local long look looking lose lost lot loud love low lucky
    lunch machine made main make male man many map march mark market married mask matter maybe mean
    means meat medical medicine meet meeting member men message met middle might mile milk million
    mind mine minute miss mistake mobile moment monday money month months moon morning mother mouth
    move movie much mum music must name near nearly necessary neck needle neighbour never new news
    next nice night nine nobody noise none normal north nose note nothing notice number nurse
    obvious offer office often oil okay old older one online open opening opinion order ordinary
    outside pack page pain painful paint pair paper parents park part parts party pass passport past
    patient pay payment people percent perfect perhaps period person phone photo pick picture piece
    pill place plan plane plant plastic play plus point police poor popular possible post power
    prefer pregnant prepare prescription present press pretty price prices private probably problem
    problems process product program promise proper public pull push put quality quarter question
    questions quick quickly quiet quite radio rain rather reach read ready real reason receive
    recent recommend red refund regular remember rent repeat reply report request rest restaurant
    result results return review rich ride right ring rise risk risks river road room round rule run
    sad safe safety said sale salt saturday save saw saying scar school science sea second secret
    see seem seen sell send sent serious service session sessions set seven several shall shape
    share shoe shop short shoulder show shower shut sick side sign simple since single sister sit
    site situation six size skin sleep slow small smell smile smoke snow social soft somebody
    someone something sometimes son song soon sorry sort sound south space speak special speed spend
    spoon spot spring square staff stand star start state station stay still stone stop store story
    straight strange street strong student study stuff stupid subject sugar suggest summer sun
    sunday sure surgery surname surprise sweet swelling swim symptom system table take taken talk
    tall taste tax taxi teach teacher team teeth telephone television ten terrible test text thank
    thanks thick thin thing things think third thirty thought thousand three throat throw thursday
    ticket till time times tired today toe together told tomorrow tonight took tooth top total touch
    tour town train translate translator travel treat treated treatment treatments tree trip trouble
    true trust truth try trying tuesday turn twelve twenty twice two type uncle understand
    university unless upset use used useful usual usually vacation vaccine value vegetable version
    view village visa visit voice wait walk wall wanted war warm wash watch water way wear weather
    website wednesday week weekend weeks weight welcome well went west wet whatever wheel whether
    white whole wife win wind window wine winter wish without woman women won wonder wood word words
    work working world worried worry worse worst worth write wrong year years yellow yesterday yet
    young younger zero
"""

FUNCTION = frozenset(_FUNCTION.split())
COMMON = FUNCTION | frozenset(_COMMON.split())
