"""What conduct words show: all parties are invented."""

import pytest

from kb.model import Conduct
from nlp.conduct import conducts


@pytest.mark.parametrize(
    "text",
    [
        "Presenter Dana Holt sued Kestrel Stores after it ran her old adverts through AI to make ads featuring her.",
        "Lena Okafor condemned the misuse of her father's voice in AI-generated productions.",
        "The narrator says an AI-generated voice resembling hers infringed her right to voice.",
        "The singer says the track falsely claims to feature her voice.",
        "The actor's face was put on a puppet by AI.",
        "Two singers sued over clones of their faces and voices.",
        "He complained that his voice was deepfaked for an advertisement.",
    ],
)
def test_voice_face_and_appearance_are_likeness(text: str) -> None:
    assert Conduct.LIKENESS in conducts(text)


@pytest.mark.parametrize(
    "text",
    [
        "A feature of the new model is its voice.",
        "The case resembles hers.",
        "Moraro AI faces a lawsuit from artists.",
        "Elmfield will face two singers in court.",
        "The singers say that the label’s lawyer faces a fine.",
        "Their images were used to train the model.",
        "A spokesman for the label, which faces a suit of its own, said nothing.",
        "The singer trained the choir that recorded the album.",
    ],
)
def test_other_voices_are_no_likeness(text: str) -> None:
    assert Conduct.LIKENESS not in conducts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ana Pell alleges violation of the DMCA § 1202.",
        "The count under Section 1202(b) was dismissed.",
        "Halden Press pleads 17 U.S.C. § 1202.",
        "The claims under §1202 survive.",
    ],
)
def test_the_section_stands_for_copyright_management_information(text: str) -> None:
    assert Conduct.CMI in conducts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Actor Rolf Menk has agreed to sell the rights to his likeness, so that a digital twin can be made.",
        "Rolf Menk sells his face",
        "The deal will let Tunely license the singers' voices and likenesses.",
        "The estate licensed its voice rights to Brightvoice, which will recreate the singer's voice.",
    ],
)
def test_what_an_owner_gives_away_is_nobodys_wrong(text: str) -> None:
    assert conducts(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The actor alleges that Brightvoice cloned his voice after he refused to license it.",
        "Menk sued Tunely for using his likeness although he had agreed to sell only the songs.",
        "Brightvoice used the singer's voice without a licensing deal.",
    ],
)
def test_a_licence_spoken_of_in_blame_hides_nothing(text: str) -> None:
    assert Conduct.LIKENESS in conducts(text)


def test_what_stands_beside_a_deal_is_still_shown() -> None:
    text = (
        "Halden Music has struck a licensing deal for voices and likenesses. It had sued Tunely for copying its songs."
    )
    assert conducts(text) == (Conduct.COPYRIGHT,)
