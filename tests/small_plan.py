"""A small work plan of another year, as source text: made up for tests, and adopted by nobody.

It has the layout of the real one. `.encode()` it for `read_plan`; 3 sections, 3 calendar entries
(one a tentative month, one without a place), 2 resolutions with 5 rows, one chapeau (230-2).
"""

SMALL_PLAN = """\
 Mandates received from the XXXII Assembly of Delegates

PROPOSED WORK PLAN 2004


(Item 3 on the Agenda)

This plan was made up for tests.

The work plan encompasses the activities planned for 2004 in the following areas:

I.  Women’s Human Rights

\x20
A.  SEPIA IV, Gender and Science (proposed):  CIM will prepare a proposal.  Funding permitting, \
it will convene experts.

B. \x20
Follow up to Belém do Pará
A letter was sent on January 12, 2004.

II.  Calendar of meetings scheduled to date

Calendar of activities 2004

\tMarch 8, 2004
\tInternational Women’s Day

\tMay 2004*\x20

\u00a0\x20
\tMeeting of Experts on Gender and Science\x20

\u00a0 Lima, Peru

\tJune 28-July 2, 2004
\tIV Session of the CIM Executive Committee
Washington, D.C.


* Tentative date

III.  Mandates received from Assembly of Delegates\x20

\tResolution
\tMandate
\tSuggested Activities

\tCIM/RES.230 (XXXII-O/04)

Women and the\x20
\tTo request the Permanent Secretariat to publish a study on women and science.
\t1) Draft of the study;\x20

2) Letter to the Delegates.


\tPeaceful Uses of Science
\tTo urge Member States that have not yet done so to:
\tSee above

\t
\tAdopt a national plan;


\t

\t
\tTo instruct the Executive Committee to review the study.
\tItem on the agenda of the IV Session.

\tCIM/RES.231 (XXXII-O/04)
Vote of Thanks
\tTo thank the Government of Peru.
\t
"""
