//! Pages as small pictures: sixteen colours (greys, and the red of heads), four bits a pixel.

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};

/// Millimetres to the inch.
const INCH: f64 = 25.4;
/// Neighbouring colours of the palette are at most this far apart: that much may be another machine's rounding.
const NEAR: u8 = 52;

/// A picture, three bytes a pixel.
pub(super) struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<[u8; 3]>,
}

/// Eleven greys from black to white, five strengths of the red.
fn palette() -> Vec<[u8; 3]> {
    let mut all: Vec<[u8; 3]> = (0..11_u16).map(|i| [(i * 51 / 2) as u8; 3]).collect();
    let blend = |of: u16, strength: u16| (255 - (255 - of) * strength / 5) as u8;
    all.extend((1..=5).map(|s| [blend(0xe6, s), blend(0, s), blend(0x12, s)]));
    all
}

fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> usize {
    let far = |p: &[u8; 3]| -> u32 {
        p.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    (0..palette.len()).min_by_key(|i| far(&palette[*i])).unwrap()
}

impl Picture {
    /// Reads a PNG; none if it is not one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let mut data = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut data).ok()?;
        let samples = info.color_type.samples();
        let rgb = data
            .chunks_exact(samples)
            .map(|p| if samples < 3 { [p[0]; 3] } else { [p[0], p[1], p[2]] });
        Some(Self { width: info.width as usize, height: info.height as usize, rgb: rgb.collect() })
    }

    /// The picture in the colours of the palette.
    pub(super) fn reduced(self) -> Self {
        let palette = palette();
        let rgb = self.rgb.iter().map(|c| palette[nearest(&palette, *c)]).collect();
        Self { rgb, ..self }
    }

    /// A PNG of four bits a pixel if the palette is enough, else of 24.
    pub(super) fn encode(&self) -> Vec<u8> {
        let palette = palette();
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, self.width as u32, self.height as u32);
        encoder.set_compression(Compression::High);
        let index = |c: &[u8; 3]| palette.iter().position(|p| p == c);
        let indices: Option<Vec<usize>> = self.rgb.iter().map(index).collect();
        let data: Vec<u8> = match indices {
            Some(indices) => {
                encoder.set_color(ColorType::Indexed);
                encoder.set_depth(BitDepth::Four);
                encoder.set_palette(palette.concat());
                encoder.set_filter(Filter::NoFilter);
                let pack = |pair: &[usize]| (pair[0] << 4 | pair.get(1).unwrap_or(&0)) as u8;
                indices.chunks(self.width).flat_map(|row| row.chunks(2).map(pack)).collect()
            }
            None => {
                encoder.set_color(ColorType::Rgb);
                self.rgb.concat()
            }
        };
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        out
    }

    fn differs(&self, other: &Self, at: usize) -> bool {
        self.rgb[at].iter().zip(other.rgb[at]).any(|(a, b)| a.abs_diff(b) > NEAR)
    }

    /// Where and how much `other` differs, in words; none if it does not.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let (width, height) = (self.width, self.height);
        if (width, height) != (other.width, other.height) {
            return Some(format!(
                "is {}×{} pixels, not {width}×{height}",
                other.width, other.height
            ));
        }
        let at: Vec<usize> = (0..self.rgb.len()).filter(|i| self.differs(other, *i)).collect();
        let columns = at.iter().map(|i| i % width);
        let (left, right) = (columns.clone().min()?, columns.max()?);
        let (top, bottom) = (at.first()? / width, at.last()? / width);
        let mm = |pixels: usize| pixels as f64 * INCH / f64::from(super::PPI);
        Some(format!(
            "differs in {} pixels, x {:.0}–{:.0} mm, y {:.0}–{:.0} mm",
            at.len(),
            mm(left),
            mm(right + 1),
            mm(top),
            mm(bottom + 1)
        ))
    }

    /// The two pictures in one: what both have grey, what only this one has blue, what only `other` has red.
    pub(super) fn overlay(&self, other: &Self) -> Self {
        let dark = |c: [u8; 3]| c[1];
        let pixel = |i: usize| match other.rgb.get(i) {
            Some(there) if self.differs(other, i) => {
                let (a, b) = (dark(self.rgb[i]), dark(*there));
                [a, a.max(b), b]
            }
            _ => [200 + dark(self.rgb[i]) / 5; 3],
        };
        let rgb = (0..self.rgb.len()).map(pixel).collect();
        Self { width: self.width, height: self.height, rgb }
    }
}

#[test]
fn a_moved_line_is_told_and_a_rounding_is_not() {
    let page = |x: usize, ink: u8| {
        let rgb = (0..60 * 40).map(|i| if i % 60 == x { [ink; 3] } else { [255; 3] });
        Picture { width: 60, height: 40, rgb: rgb.collect() }
    };
    let (there, faded, moved) = (page(20, 0), page(20, 40), page(21, 0));
    assert_eq!(there.difference(&faded), None);
    let told = there.difference(&moved).unwrap();
    assert_eq!(told, "differs in 80 pixels, x 11–12 mm, y 0–23 mm");
    let overlay = there.overlay(&moved);
    assert_eq!((overlay.rgb[20], overlay.rgb[21]), ([0, 255, 255], [255, 255, 0]));
    let again = Picture::decode(&there.reduced().encode()).unwrap();
    assert_eq!(again.rgb, page(20, 0).rgb);
    let tall = Picture { width: 60, height: 41, rgb: vec![[255; 3]; 60 * 41] };
    assert_eq!(again.difference(&tall).unwrap(), "is 60×41 pixels, not 60×40");
}
